package org.radllama.eval.score;

/**
 * Random numbers as a function of a seed and counters, so that no thread, partition or order can
 * change them. The mixing is SplitMix64's (Steele, Lea, Flood, OOPSLA 2014).
 */
public final class CounterRandom {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** 64 bits for a stream of a seed. */
  public static long stream(long seed, long stream) {
    return mix(mix(seed + GOLDEN) + (stream + 1) * GOLDEN);
  }

  /** 64 bits at a place of a stream. */
  public static long bits(long stream, long counter) {
    return mix(stream + (counter + 1) * GOLDEN);
  }

  /** A number in [0, bound) at a place of a stream; its bias is below bound / 2^32. */
  public static int below(long stream, long counter, int bound) {
    return (int) (((bits(stream, counter) >>> 32) * bound) >>> 32);
  }

  private static long mix(long z) {
    long x = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}
