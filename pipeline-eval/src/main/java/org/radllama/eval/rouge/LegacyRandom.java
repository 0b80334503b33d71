package org.radllama.eval.rouge;

/**
 * numpy's legacy generator, the one behind {@code numpy.random.seed} and {@code
 * numpy.random.choice}: MT19937 (Matsumoto and Nishimura 1998), seeded by {@code init_genrand},
 * integers by masked rejection. numpy promises never to change it.
 */
final class LegacyRandom {
  private static final int N = 624;
  private static final int M = 397;
  private static final int MATRIX = 0x9908B0DF;
  private static final int UPPER = 0x80000000;
  private static final int LOWER = 0x7FFFFFFF;

  private final int[] state = new int[N];
  private int at = N;

  /**
   * As {@code numpy.random.seed(seed)}.
   *
   * @param seed 0 to 2^32 - 1
   */
  LegacyRandom(long seed) {
    if (seed < 0 || seed > 0xFFFFFFFFL) {
      throw new IllegalArgumentException("a seed of numpy must be 0 to 2^32 - 1, not " + seed);
    }
    state[0] = (int) seed;
    for (int i = 1; i < N; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next 32 bits. */
  int bits() {
    if (at == N) {
      twist();
    }
    int y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9D2C5680;
    y ^= (y << 15) & 0xEFC60000;
    return y ^ (y >>> 18);
  }

  /** One of {@code numpy.random.choice(bound, size)}; nothing is drawn when there is no choice. */
  int below(int bound) {
    int highest = bound - 1;
    if (highest == 0) {
      return 0;
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(highest);
    int drawn = bits() & mask;
    while (drawn > highest) {
      drawn = bits() & mask;
    }
    return drawn;
  }

  private void twist() {
    for (int i = 0; i < N; i++) {
      int y = (state[i] & UPPER) | (state[(i + 1) % N] & LOWER);
      state[i] = state[(i + M) % N] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : MATRIX);
    }
    at = 0;
  }
}
