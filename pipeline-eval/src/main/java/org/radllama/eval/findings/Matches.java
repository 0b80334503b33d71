package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Which phrases a statement holds. */
final class Matches {
  private static final Comparator<Match> PRECEDENCE =
      Comparator.comparingInt((Match m) -> m.phrase().order()).thenComparingInt(Match::start);

  private final FindingRules rules;
  private final Statement statement;
  private final String[] words;
  private final List<Match> found = new ArrayList<>();

  private Matches(FindingRules rules, Statement statement) {
    this.rules = rules;
    this.statement = statement;
    this.words = new String[statement.size()];
  }

  /** The phrases that claim their words, in the order of the statement. */
  static List<Match> of(FindingRules rules, Statement statement) {
    return new Matches(rules, statement).claimed();
  }

  private List<Match> claimed() {
    for (int i = 0; i < words.length; i++) {
      words[i] = rules.spelled(statement.word(i));
    }
    for (int start = 0; start < words.length; start++) {
      List<Phrase> phrases = rules.beginningWith(words[start]);
      for (int i = 0; i < phrases.size(); i++) {
        match(phrases.get(i), 0, start, start, 0);
      }
    }
    found.sort(PRECEDENCE);
    boolean[] taken = new boolean[words.length];
    List<Match> claimed = new ArrayList<>(found.size());
    for (Match match : found) {
      if (match.kind().claimsNothing() || isFree(match, taken)) {
        claimed.add(match);
      }
    }
    claimed.sort(Comparator.comparingInt(Match::start));
    return claimed;
  }

  private static boolean isFree(Match match, boolean[] taken) {
    for (int i = match.start(); i < match.end(); i++) {
      if (taken[i] && (match.named() >> (i - match.start()) & 1) != 0) {
        return false;
      }
    }
    for (int i = match.start(); i < match.end(); i++) {
      taken[i] |= (match.named() >> (i - match.start()) & 1) != 0;
    }
    return true;
  }

  /** Matches the elements from {@code element} on at word {@code at}; the shortest gap counts. */
  private boolean match(Phrase phrase, int element, int start, int at, long named) {
    if (element == phrase.elements().size()) {
      found.add(new Match(phrase, start, at, named));
      return true;
    }
    Phrase.Element next = phrase.elements().get(element);
    if (next.ahead()) {
      boolean follows = at < words.length && next.takes(words[at]);
      if (follows) {
        found.add(new Match(phrase, start, at, named));
      }
      return follows;
    }
    int most = 0;
    while (most < next.most() && at + most < words.length && takes(next, words[at + most])) {
      most++;
    }
    int least = next.optional() ? 0 : 1;
    for (int i = 0; i <= most - least; i++) {
      int taken = next.isGap() ? least + i : most - i;
      long own = next.isGap() ? named : named | ((1L << taken) - 1) << (at - start);
      if (match(phrase, element + 1, start, at + taken, own)) {
        return true;
      }
    }
    return false;
  }

  private boolean takes(Phrase.Element element, String word) {
    return element.takes(word) && (!element.isGap() || rules.mayStandInGap(word));
  }
}
