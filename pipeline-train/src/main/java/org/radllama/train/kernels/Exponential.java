package org.radllama.train.kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/**
 * e^x over arrays, to within 2 units in the last place on [-87, 88] and clamped outside. The power
 * of two is made from the bits of a float, for which the JIT has no vector code; so the bits are
 * seen as integers by copying them through memory that is both, which leaves only loops that the
 * JIT does turn into vector code: a fifth of the time of one scalar loop. One per thread.
 */
final class Exponential {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 355f / 512; // exact, and so is n times it
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float ROUND = 12582912f; // 1.5 * 2^23: adding it rounds to an integer
  private static final float SMALLEST = -87f;
  private static final float LARGEST = 88f;

  /** Elements at a time: all that is touched for them stays in the first-level cache. */
  private static final int CHUNK = 1024;

  private final float[] chunk = new float[CHUNK];
  private final float[] rounded = new float[CHUNK];
  private final float[] fraction = new float[CHUNK];
  private final int[] bits = new int[CHUNK];
  private final FloatBuffer asFloats;
  private final IntBuffer asInts;

  Exponential() {
    ByteBuffer both = ByteBuffer.allocateDirect(CHUNK * Float.BYTES).order(ByteOrder.nativeOrder());
    asFloats = both.asFloatBuffer();
    asInts = both.asIntBuffer();
  }

  /** {@code x[i] = e^x[i]} for the first n. */
  void apply(float[] x, int n) {
    for (int from = 0; from < n; from += CHUNK) {
      int count = Math.min(CHUNK, n - from);
      // Loops that begin elsewhere than at 0 the JIT leaves scalar.
      System.arraycopy(x, from, chunk, 0, count);
      chunk(chunk, count);
      System.arraycopy(chunk, 0, x, from, count);
    }
  }

  /** {@code x = e^(x - shift)}; returns the sum, in double precision. */
  double sum(float[] x, int n, float shift) {
    Loops.subtract(x, 0, n, shift);
    apply(x, n);
    return Loops.sum(x, 0, n);
  }

  private void chunk(float[] x, int n) {
    parts(x, rounded, fraction, n);
    asFloats.put(0, rounded, 0, n);
    asInts.get(0, bits, 0, n);
    powersOfTwo(bits, n);
    asInts.put(0, bits, 0, n);
    asFloats.get(0, rounded, 0, n);
    product(fraction, rounded, x, n);
  }

  /** Splits e^x = 2^k e^r: k in the low bits of {@code rounded}, e^r in {@code fraction}. */
  private static void parts(float[] x, float[] rounded, float[] fraction, int n) {
    for (int i = 0; i < n; i++) {
      float clamped = Math.min(Math.max(x[i], SMALLEST), LARGEST);
      float shifted = clamped * LOG2_E + ROUND;
      rounded[i] = shifted;
      float k = shifted - ROUND;
      float r = clamped - k * LN2_HIGH - k * LN2_LOW;
      // Cephes expf on [-ln2/2, ln2/2], each coefficient as the float that it is.
      float p = 1.9875691e-4f;
      p = p * r + 0.0013981999f;
      p = p * r + 0.008333452f;
      p = p * r + 0.041665796f;
      p = p * r + 0.16666666f;
      p = p * r + 0.5f;
      fraction[i] = p * r * r + r + 1f;
    }
  }

  /** From a shifted float's bits to those of 2^k: what is above k falls off on the left. */
  private static void powersOfTwo(int[] bits, int n) {
    for (int i = 0; i < n; i++) {
      bits[i] = (bits[i] + 127) << 23;
    }
  }

  private static void product(float[] a, float[] b, float[] x, int n) {
    for (int i = 0; i < n; i++) {
      x[i] = a[i] * b[i];
    }
  }
}
