package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** One sentence: which phrases it holds, and what it asserts of the things it mentions. */
final class Sentence {
  /** A cue behind a mention speaks of it over so many words at most. */
  private static final int FARTHEST_AFTER = 10;

  private final FindingRules rules;
  private final List<String> words;
  private final List<Match> claimed = new ArrayList<>();

  /** A phrase from word {@code start} to before word {@code end}; {@code named} are its own. */
  private record Match(Phrase phrase, int start, int end, long named) {
    boolean is(Phrase.Kind kind) {
      return phrase.kind() == kind;
    }

    boolean isBefore() {
      return is(Phrase.Kind.NEGATIVE_BEFORE)
          || is(Phrase.Kind.UNCERTAIN_BEFORE)
          || is(Phrase.Kind.UNCERTAIN_BETWEEN);
    }

    boolean isAfter() {
      return is(Phrase.Kind.NEGATIVE_AFTER)
          || is(Phrase.Kind.UNCERTAIN_AFTER)
          || is(Phrase.Kind.UNCERTAIN_BETWEEN);
    }
  }

  /** A sentence of at most 64 words. */
  Sentence(FindingRules rules, List<String> words) {
    this.rules = rules;
    this.words = words;
    claim();
  }

  /** Adds what the sentence says, the strongest assertion of each observation. */
  void assertInto(Map<Observation, Assertion> said) {
    for (Match match : claimed) {
      if (match.is(Phrase.Kind.OBSERVATION)) {
        said.merge(match.phrase().observation(), assertion(match), Sentence::stronger);
      } else if (match.is(Phrase.Kind.NORMAL)) {
        said.merge(match.phrase().observation(), Assertion.NEGATIVE, Sentence::stronger);
      }
    }
  }

  private static Assertion stronger(Assertion a, Assertion b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private void claim() {
    List<Match> found = new ArrayList<>();
    for (int start = 0; start < words.size(); start++) {
      for (Phrase phrase : rules.beginningWith(words.get(start))) {
        match(phrase, 0, start, start, 0, found);
      }
    }
    found.sort(
        Comparator.comparingInt((Match m) -> m.phrase().order()).thenComparing(Match::start));
    long taken = 0;
    for (Match match : found) {
      if (match.is(Phrase.Kind.STOP_AFTER_COMMA)) {
        claimed.add(match);
      } else if ((match.named() & taken) == 0) {
        taken |= match.named();
        claimed.add(match);
      }
    }
    claimed.sort(Comparator.comparingInt(Match::start));
  }

  /** Matches the elements from {@code element} on at word {@code at}; the shortest gap counts. */
  private boolean match(
      Phrase phrase, int element, int start, int at, long named, List<Match> found) {
    if (element == phrase.elements().size()) {
      found.add(new Match(phrase, start, at, named));
      return true;
    }
    Phrase.Element next = phrase.elements().get(element);
    int most = 0;
    while (most < next.most() && at + most < words.size() && takes(next, words.get(at + most))) {
      most++;
    }
    int least = next.optional() ? 0 : 1;
    for (int i = 0; i <= most - least; i++) {
      int taken = next.isGap() ? least + i : most - i;
      long own = next.isGap() ? named : named | ((1L << taken) - 1) << at;
      if (match(phrase, element + 1, start, at + taken, own, found)) {
        return true;
      }
    }
    return false;
  }

  private boolean takes(Phrase.Element element, String word) {
    return element.takes(word) && (!element.isGap() || rules.mayStandInGap(word));
  }

  private Assertion assertion(Match mention) {
    for (Match cue : claimed) {
      if (cue.isAfter() && reachesBack(cue, mention)) {
        return cue.is(Phrase.Kind.NEGATIVE_AFTER) ? Assertion.NEGATIVE : Assertion.UNCERTAIN;
      }
      if (cue.is(Phrase.Kind.NEGATIVE_ADJACENT) && touches(cue, mention)) {
        return Assertion.NEGATIVE;
      }
    }
    return assertedBefore(mention);
  }

  private Assertion assertedBefore(Match mention) {
    boolean uncertain = false;
    int scope = mention.start();
    for (int i = claimed.size() - 1; i >= 0; i--) {
      Match cue = claimed.get(i);
      if (cue.end() > scope) {
        continue;
      }
      if (stops(cue)) {
        break;
      }
      if (cue.is(Phrase.Kind.NEGATIVE_BEFORE)) {
        return Assertion.NEGATIVE;
      }
      if (cue.isBefore() && !uncertain) {
        uncertain = true;
        scope = cue.start();
      }
      if (uncertain && holds(",", cue.end(), scope)) {
        break;
      }
    }
    return uncertain ? Assertion.UNCERTAIN : Assertion.POSITIVE;
  }

  private boolean stops(Match match) {
    return match.is(Phrase.Kind.STOP)
        || (match.is(Phrase.Kind.STOP_AFTER_COMMA)
            && match.start() > 0
            && (words.get(match.start() - 1).equals(",")
                || words.get(match.start() - 1).equals("and")));
  }

  /** Whether a cue behind a mention speaks of it: over a list, but not over another statement. */
  private boolean reachesBack(Match cue, Match mention) {
    if (cue.start() < mention.end() || cue.start() - mention.end() > FARTHEST_AFTER) {
      return false;
    }
    if (holds(",", mention.end(), cue.start())
        && !holds("and", mention.end(), cue.start())
        && !holds("or", mention.end(), cue.start())) {
      return false;
    }
    return claimed.stream()
        .filter(m -> m.start() >= mention.end() && m.end() <= cue.start())
        .noneMatch(m -> m.isBefore() || m.isAfter() || stops(m));
  }

  private boolean touches(Match cue, Match mention) {
    int from = Math.min(cue.end(), mention.end());
    int to = Math.max(cue.start(), mention.start());
    return to - from <= 1 && !holds(",", from, to);
  }

  private boolean holds(String word, int from, int to) {
    return from < to && words.subList(from, to).contains(word);
  }
}
