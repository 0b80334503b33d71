package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.radllama.text.Sentences;

/**
 * Labels texts by the rules of {@code finding-rules.txt}. {@link Observation#NO_FINDING} is
 * positive when a text has a word and states or leaves open none of the others, support devices
 * aside. One serves one thread.
 */
public final class FindingLabeller {
  /** Longer sentences are cut; a sentence of an impression has about ten words. */
  private static final int MOST_WORDS = 64;

  private static final int ALL_BUT_DEVICES =
      (1 << Observation.values().length) - 1
          & ~Observation.SUPPORT_DEVICES.bit()
          & ~Observation.NO_FINDING.bit();

  private final FindingRules rules = FindingRules.standard();

  /** What a text says. */
  public FindingLabels label(String text) {
    Map<Observation, Assertion> said = new EnumMap<>(Observation.class);
    boolean hasWords = false;
    for (List<String> words : sentences(text)) {
      hasWords = true;
      new Sentence(rules, words).assertInto(said);
    }
    int positive = set(said, Assertion.POSITIVE);
    int uncertain = set(said, Assertion.UNCERTAIN);
    if (hasWords && ((positive | uncertain) & ALL_BUT_DEVICES) == 0) {
      positive |= Observation.NO_FINDING.bit();
    }
    return new FindingLabels(positive, set(said, Assertion.NEGATIVE), uncertain);
  }

  private static int set(Map<Observation, Assertion> said, Assertion assertion) {
    int set = 0;
    for (Map.Entry<Observation, Assertion> one : said.entrySet()) {
      set |= one.getValue() == assertion ? one.getKey().bit() : 0;
    }
    return set;
  }

  /** The words of each sentence, in lower case; a comma is a word. Sentences have a word. */
  static List<List<String>> sentences(String text) {
    List<List<String>> sentences = new ArrayList<>();
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (isWord(c)) {
        word.append(c < 'A' || c > 'Z' ? c : (char) (c + 'a' - 'A'));
        continue;
      }
      if (word.length() > 0) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (c == ',') {
        words.add(",");
      } else if (i == text.length() || Sentences.endsStatement(text, i)) {
        end(words, sentences);
      }
    }
    return sentences;
  }

  private static void end(List<String> words, List<List<String>> sentences) {
    for (int from = 0; from < words.size(); from += MOST_WORDS) {
      List<String> some = words.subList(from, Math.min(from + MOST_WORDS, words.size()));
      if (some.stream().anyMatch(w -> !w.equals(","))) {
        sentences.add(List.copyOf(some));
      }
    }
    words.clear();
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
