package org.radllama.ingest.dedup;

import java.util.Arrays;

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
        words[n++] = mix(hash);
        hash = SEED;
      }
    }
    if (inside) {
      words[n++] = mix(hash);
    }
    return Arrays.copyOf(words, n);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
