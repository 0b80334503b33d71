package org.radllama.random;

/**
 * Random numbers as a function of keys and counters, so that no thread, partition, batch or order
 * can change them. The mixing and the sequences are those of SplitMix64 (Steele, Lea and Flood,
 * OOPSLA 2014).
 */
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Mixes two keys, for instance a seed and a purpose, into one. */
  public static long key(long first, long second) {
    return mix(mix(first) ^ second * GOLDEN);
  }

  /** The key of a numbered stream of a seed. */
  public static long stream(long seed, long stream) {
    return mix(mix(seed + GOLDEN) + (stream + 1) * GOLDEN);
  }

  /** 64 bits at a place of a key's sequence. */
  public static long bits(long key, long counter) {
    return mix(key + (counter + 1) * GOLDEN);
  }

  /** A number in [0, 1), of 53 random bits, at a place of a key's sequence. */
  public static double unit(long key, long counter) {
    return (bits(key, counter) >>> 11) * 0x1p-53;
  }

  /** A number in [0, bound) at a place of a key's sequence; its bias is below bound / 2^32. */
  public static int below(long key, long counter, int bound) {
    return (int) (((bits(key, counter) >>> 32) * bound) >>> 32);
  }

  /** Stafford's variant 13 of the MurmurHash3 finaliser, a bijection of 64 bits. */
  public static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
