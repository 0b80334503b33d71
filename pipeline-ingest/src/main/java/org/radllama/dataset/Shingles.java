package org.radllama.dataset;

import java.util.Arrays;
import org.radllama.random.CounterRandom;

/**
 * Word n-grams as sets of 64-bit hashes. Two different shingles of a corpus of a million share a
 * hash with a chance of 3e-8, so counting hashes counts shingles.
 */
final class Shingles {
  private static final long JOIN = 0x9E3779B97F4A7C15L;

  private Shingles() {}

  /**
   * The distinct shingles, ascending. A text of fewer than {@code size} words is one shingle; one
   * without words is one shingle of its own.
   *
   * @param normalized the words, joined by one blank
   * @param whole stands for the text where it has no word
   */
  static long[] of(String normalized, Fingerprint whole, int size) {
    if (normalized.isEmpty()) {
      return new long[] {whole.low()};
    }
    long[] words = WordHashes.of(normalized);
    int count = Math.max(1, words.length - size + 1);
    int length = Math.min(size, words.length);
    long[] shingles = new long[count];
    for (int i = 0; i < count; i++) {
      long hash = length;
      for (int k = i; k < i + length; k++) {
        hash = CounterRandom.mix(hash * JOIN + words[k]);
      }
      shingles[i] = hash;
    }
    return distinct(shingles);
  }

  private static long[] distinct(long[] values) {
    Arrays.sort(values);
    int n = 1;
    for (int i = 1; i < values.length; i++) {
      if (values[i] != values[n - 1]) {
        values[n++] = values[i];
      }
    }
    return n == values.length ? values : Arrays.copyOf(values, n);
  }
}
