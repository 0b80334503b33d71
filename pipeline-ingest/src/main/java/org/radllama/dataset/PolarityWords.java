package org.radllama.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.random.CounterRandom;
import org.radllama.text.Resources;

/**
 * The words that turn a finding into its opposite, negations and sides, in several languages: the
 * resource {@code polarity-words.txt}. Two texts whose words of this kind differ, or stand in
 * another order, contradict one another, however alike they are otherwise.
 */
public final class PolarityWords {
  private static final PolarityWords SHIPPED = read();

  private final Set<String> words = new HashSet<>();
  private final List<String> stems = new ArrayList<>();

  private PolarityWords() {}

  /**
   * A hash of a text's negations and sides in their order; two texts contradict one another where
   * it differs.
   *
   * @param normalized see {@link NormalizedFindings}
   */
  public static long signature(String normalized) {
    long hash = 0;
    int from = 0;
    while (from < normalized.length()) {
      int blank = normalized.indexOf(' ', from);
      int to = blank < 0 ? normalized.length() : blank;
      String word = normalized.substring(from, to);
      if (SHIPPED.has(word)) {
        hash = CounterRandom.mix(hash * 31 + WordHashes.of(word)[0]);
      }
      from = to + 1;
    }
    return hash;
  }

  private boolean has(String word) {
    return words.contains(word)
        || (word.charAt(0) >= 0x80 && stems.stream().anyMatch(word::startsWith));
  }

  /** Words between white space; {@code *} behind a stem, {@code #} before a comment. */
  private static PolarityWords read() {
    PolarityWords read = new PolarityWords();
    String listed = Resources.text(PolarityWords.class, "polarity-words.txt");
    for (String entry : listed.replaceAll("#.*", "").strip().split("\\s+")) {
      (entry.endsWith("*") ? read.stems : read.words).add(NormalizedFindings.of(entry));
    }
    return read;
  }
}
