package org.radllama.eval.findings;

import java.util.List;

/** One statement: what it asserts of the things it mentions. */
final class Sentence {
  /** A cue behind a mention speaks of it over so many words at most. */
  private static final int FARTHEST_AFTER = 10;

  /** What a cue of the near kind reaches. */
  private static final int NEAR = 3;

  private final Statement statement;
  private final List<Match> claimed;
  private final boolean[] barriers;

  /** What is asserted of a mention; the cue is null where nothing denies it or leaves it open. */
  record Said(Match mention, Assertion assertion, Match cue) {}

  Sentence(FindingRules rules, Statement statement) {
    this.statement = statement;
    this.claimed = Matches.of(rules, statement);
    this.barriers = new boolean[statement.size() + 1];
    for (int i = 0; i < statement.size(); i++) {
      barriers[i] = statement.word(i).equals(":") || opensItem(i);
    }
    for (Match match : claimed) {
      barriers[match.start()] |= match.is(Phrase.Kind.STOP) || opens(match);
    }
  }

  /** What is said of each mention, in order. */
  void assertions(List<Said> into) {
    for (Match match : claimed) {
      if (match.is(Phrase.Kind.OBSERVATION) || match.is(Phrase.Kind.OTHER)) {
        into.add(overruled(said(match)));
      } else if (match.is(Phrase.Kind.NORMAL)) {
        into.add(overruled(new Said(match, Assertion.NEGATIVE, match)));
      }
    }
  }

  /** "It is not certain that" leaves open whatever follows. */
  private Said overruled(Said said) {
    if (said.assertion() == Assertion.ABSENT) {
      return said;
    }
    for (Match cue : claimed) {
      if (cue.is(Phrase.Kind.UNCERTAIN_OVER)
          && cue.end() <= said.mention().start()
          && !isContrast(cue.end(), said.mention().start())) {
        return new Said(said.mention(), Assertion.UNCERTAIN, cue);
      }
    }
    return said;
  }

  private Said said(Match mention) {
    for (Match cue : claimed) {
      if (cue.is(Phrase.Kind.NEGATIVE_ADJACENT) && cue.concerns(mention) && touches(cue, mention)) {
        return new Said(mention, Assertion.NEGATIVE, cue);
      }
      if (cue.kind().isAfter() && cue.concerns(mention) && reachesBack(cue, mention)) {
        if (cue.is(Phrase.Kind.PRESENT_AFTER)) {
          break;
        }
        return new Said(mention, assertion(cue.kind()), cue);
      }
    }
    return saidBefore(mention);
  }

  private static Assertion assertion(Phrase.Kind cue) {
    return switch (cue) {
      case NEGATIVE_AFTER, NEGATIVE_BEFORE, NEGATIVE_NEAR -> Assertion.NEGATIVE;
      case NO_STATEMENT_AFTER, NO_STATEMENT_BEFORE -> Assertion.ABSENT;
      default -> Assertion.UNCERTAIN;
    };
  }

  private Said saidBefore(Match mention) {
    Match uncertain = null;
    Match alternative = null;
    int scope = mention.start();
    for (int i = claimed.size() - 1; i >= 0; i--) {
      Match cue = claimed.get(i);
      if (cue.end() > scope || !cue.kind().isBefore() || !cue.concerns(mention)) {
        continue;
      }
      if (isBarred(cue.end(), scope)
          || (uncertain != null && statement.holds(",", cue.end(), scope))) {
        break;
      }
      switch (cue.kind()) {
        case NEGATIVE_BEFORE, NO_STATEMENT_BEFORE -> {
          return new Said(mention, assertion(cue.kind()), cue);
        }
        case NEGATIVE_NEAR -> {
          if (scope - cue.end() <= NEAR && !statement.holds(",", cue.end(), scope)) {
            return new Said(mention, Assertion.NEGATIVE, cue);
          }
        }
        case NEGATIVE_OR_UNCERTAIN_BEFORE -> {
          alternative = alternative == null ? cue : alternative;
          scope = cue.start();
        }
        default -> {
          uncertain = uncertain == null ? cue : uncertain;
          scope = cue.start();
        }
      }
    }
    if (uncertain != null) {
      return new Said(mention, Assertion.UNCERTAIN, uncertain);
    }
    return alternative == null
        ? new Said(mention, Assertion.POSITIVE, null)
        : new Said(mention, Assertion.NEGATIVE, alternative);
  }

  private boolean isBarred(int cueEnd, int to) {
    boolean divided = statement.word(cueEnd - 1).equals(",");
    for (int i = divided ? cueEnd + 1 : cueEnd; i <= to; i++) {
      if (barriers[i]) {
        return true;
      }
    }
    return false;
  }

  /** Whether a phrase that opens something new does so here. */
  private boolean opens(Match match) {
    if (!match.kind().claimsNothing() || !isDivided(match.start())) {
      return false;
    }
    return match.is(Phrase.Kind.OPENING_ITEM)
        ? !continuesList(match.start(), false)
        : !continuesList(match.start(), true);
  }

  /** A number opens something new, and so does a clause with a verb of its own. */
  private boolean opensItem(int i) {
    if (!isDivided(i)) {
      return false;
    }
    char c = statement.word(i).charAt(0);
    return (c >= '0' && c <= '9' && !continuesList(i, true)) || isClause(i);
  }

  private boolean isDivided(int i) {
    if (i == 0) {
      return false;
    }
    return switch (statement.word(i - 1)) {
      case ",", "(", "-", "and" -> true;
      default -> false;
    };
  }

  /** Whether "or" follows in the same list; behind a comma only, if {@code closed}. */
  private boolean continuesList(int from, boolean closed) {
    for (int i = from; i < statement.size(); i++) {
      String word = statement.word(i);
      if (word.equals(":") || (barriers[i] && i > from)) {
        return false;
      }
      if ((word.equals("or") || word.equals("nor"))
          && (!closed || statement.word(i - 1).equals(","))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the words up to the next comma say something of their own subject. */
  private boolean isClause(int from) {
    int to = from;
    while (to < statement.size() && !statement.word(to).equals(",")) {
      to++;
    }
    for (Match match : claimed) {
      if (match.start() > from
          && match.start() < to
          && (match.is(Phrase.Kind.PRESENT_AFTER) || match.is(Phrase.Kind.UNCERTAIN_AFTER))) {
        return !statement.holds("or", from, match.start())
            && !statement.holds("nor", from, match.start());
      }
    }
    return false;
  }

  /** Whether a cue behind a mention speaks of it: over a list, but not over another statement. */
  private boolean reachesBack(Match cue, Match mention) {
    int from = mention.end();
    int to = cue.start();
    if (to < from || to - from > FARTHEST_AFTER || statement.holds(":", from, to)) {
      return false;
    }
    boolean contrast = cue.is(Phrase.Kind.UNCERTAIN_AFTER) && refersBack(from, to);
    if (!contrast && !isList(mention, from, to)) {
      return false;
    }
    for (Match match : claimed) {
      if (match.start() >= from
          && match.end() <= to
          && (match.kind().isBefore()
              || match.kind().isAfter()
              || (!contrast && (match.is(Phrase.Kind.STOP) || opens(match))))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the words between a mention and a cue make them parts of one list. */
  private boolean isList(Match mention, int from, int to) {
    int commas = 0;
    int depth = 0;
    int last = -1;
    for (int i = from; i < to; i++) {
      switch (statement.word(i)) {
        case "," -> {
          commas++;
          last = i;
        }
        case "(" -> depth++;
        case ")" -> depth--;
        case "-" -> {
          return false;
        }
        default -> {}
      }
    }
    if (depth > 0) {
      return false;
    }
    if (commas == 0) {
      return true;
    }
    boolean and = statement.holds("and", from, to);
    if (commas == 2 && !and && !names(from, to)) {
      return true;
    }
    if (commas == 1 && and && statement.word(last + 1).equals("and")) {
      return statement.holds(",", 0, mention.start());
    }
    return and || statement.holds("or", from, to) || statement.holds("nor", from, to);
  }

  /** "No pneumothorax, but a small one cannot be excluded": nothing else is named in between. */
  private boolean refersBack(int from, int to) {
    return isContrast(from, to) && !names(from, to);
  }

  private boolean names(int from, int to) {
    for (Match match : claimed) {
      if (match.start() >= from
          && match.end() <= to
          && (match.is(Phrase.Kind.OBSERVATION)
              || match.is(Phrase.Kind.NORMAL)
              || match.is(Phrase.Kind.OTHER))) {
        return true;
      }
    }
    return false;
  }

  private boolean isContrast(int from, int to) {
    return statement.holds("but", from, to)
        || statement.holds("however", from, to)
        || statement.holds("although", from, to)
        || statement.holds("though", from, to);
  }

  private boolean touches(Match cue, Match mention) {
    int from = Math.min(cue.end(), mention.end());
    int to = Math.max(cue.start(), mention.start());
    return to - from <= 1 && !statement.holds(",", from, to);
  }
}
