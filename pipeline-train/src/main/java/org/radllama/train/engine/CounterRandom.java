package org.radllama.train.engine;

/**
 * Random bits as a function of keys and counters, so that no thread, batch or order can change
 * them.
 */
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Mixes two keys, for instance a seed and what it is for, into one. */
  public static long key(long first, long second) {
    return mix(mix(first) ^ second * GOLDEN);
  }

  /** Stafford's variant 13 of the MurmurHash3 finaliser, as in SplittableRandom. */
  public static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number in [0, 1), of 53 random bits, at a place of a key's sequence. */
  public static double unit(long key, long counter) {
    return (mix(key + (counter + 1) * GOLDEN) >>> 11) * 0x1p-53;
  }
}
