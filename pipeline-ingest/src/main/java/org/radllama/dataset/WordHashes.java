package org.radllama.dataset;

import java.util.Arrays;
import org.radllama.random.CounterRandom;

/** 64-bit hashes of words: FNV-1a, mixed. */
public final class WordHashes {
  private static final long SEED = 0xCBF29CE484222325L;
  private static final long PRIME = 0x100000001B3L;

  private WordHashes() {}

  /** One hash a word, in the order of the text; see {@link NormalizedFindings}. */
  public static long[] of(String normalized) {
    long[] words = new long[normalized.length() / 2 + 1];
    int n = 0;
    long hash = SEED;
    boolean inside = false;
    for (int i = 0; i < normalized.length(); i++) {
      char c = normalized.charAt(i);
      inside = c != ' ';
      if (inside) {
        hash = (hash ^ c) * PRIME;
      } else {
        words[n++] = CounterRandom.mix(hash);
        hash = SEED;
      }
    }
    if (inside) {
      words[n++] = CounterRandom.mix(hash);
    }
    return Arrays.copyOf(words, n);
  }
}
