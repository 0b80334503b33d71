package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a report says of each finding beyond its name, and what it recommends. A word belongs to the
 * mention it stands next to: from the last mention, comma or conjunction to the next. One serves
 * one thread.
 */
public final class ReportReader {
  private static final Set<String> DIVIDERS =
      Set.of(
          ",", "(", ")", "-", ":", "and", "or", "with", "without", "but", "however", "while",
          "versus", "vs");

  private static final Set<String> CONTRASTS = Set.of("but", "however", "while", "without", ":");

  /** Keys of abnormalities outside the 14 observations begin here. */
  static final int OTHERS = Observation.values().length;

  private final FindingRules rules;
  private final AttributeWords words = new AttributeWords();

  /**
   * With further phrases.
   *
   * @param phrases as for {@link FindingLabeller}
   */
  public ReportReader(List<String> phrases) {
    rules = FindingRules.with(phrases);
  }

  /**
   * A report that was read.
   *
   * @param findings what is stated or left open, by the place of the observation or the number of
   *     the phrase
   * @param denied what is denied
   * @param recommendations what is advised
   */
  record Content(
      Map<Integer, Described> findings, Set<Integer> denied, Set<Recommendation> recommendations) {}

  /** Reads a report. */
  Content read(String text) {
    Map<Integer, Described> findings = new TreeMap<>();
    Set<Integer> denied = new TreeSet<>();
    Set<Recommendation> recommendations = EnumSet.noneOf(Recommendation.class);
    for (Statement statement : Statement.of(text)) {
      recommendations.addAll(Recommendation.in(statement));
      List<Sentence.Said> all = new ArrayList<>();
      new Sentence(rules, statement).assertions(all);
      for (int i = 0; i < all.size(); i++) {
        Sentence.Said said = all.get(i);
        if (said.assertion() == Assertion.ABSENT) {
          continue;
        }
        for (int key : keys(said.mention().phrase())) {
          if (said.assertion() == Assertion.NEGATIVE) {
            denied.add(key);
          } else {
            boolean certain = said.assertion() == Assertion.POSITIVE;
            findings.merge(key, described(statement, all, i, certain), Described::and);
          }
        }
      }
    }
    denied.removeAll(findings.keySet());
    return new Content(findings, denied, recommendations);
  }

  private static List<Integer> keys(Phrase phrase) {
    return phrase.kind() == Phrase.Kind.OTHER
        ? List.of(OTHERS + phrase.order())
        : phrase.observations().stream().map(Observation::place).toList();
  }

  private Described described(
      Statement statement, List<Sentence.Said> all, int i, boolean certain) {
    Match mention = all.get(i).mention();
    int before = i == 0 ? 0 : all.get(i - 1).mention().end();
    int from = mention.start();
    while (from > before && !divides(statement, from - 1, i == 0)) {
      from--;
    }
    int after = i + 1 == all.size() ? statement.size() : all.get(i + 1).mention().start();
    int to = mention.end();
    if (i + 1 == all.size()) {
      while (to < after && !CONTRASTS.contains(statement.word(to))) {
        to++;
      }
    } else {
      to = after;
      while (to > mention.end() && !DIVIDERS.contains(statement.word(to - 1))) {
        to--;
      }
    }
    return words.describe(statement, from, to, certain);
  }

  private static boolean divides(Statement statement, int at, boolean first) {
    String word = statement.word(at);
    return first ? CONTRASTS.contains(word) : DIVIDERS.contains(word);
  }
}
