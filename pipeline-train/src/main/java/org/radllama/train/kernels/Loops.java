package org.radllama.train.kernels;

/** Loops over staged rows, written so that the JIT turns them into vector code or keeps it busy. */
final class Loops {
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 355f / 512; // exact, and so is n times it
  private static final float LN2_LOW = -2.1219444e-4f;
  private static final float ROUND = 12582912f; // 1.5 * 2^23: adding it rounds to an integer
  private static final float SMALLEST = -87f;
  private static final float LARGEST = 88f;

  private Loops() {}

  /** e^x to within 2 units in the last place, for x in [-87, 88]; clamped outside. */
  static float exp(float x) {
    float clamped = Math.min(Math.max(x, SMALLEST), LARGEST);
    float shifted = clamped * LOG2_E + ROUND;
    float n = shifted - ROUND;
    float r = clamped - n * LN2_HIGH - n * LN2_LOW;
    // Cephes expf on [-ln2/2, ln2/2], each coefficient as the float that it is.
    float p = 1.9875691e-4f;
    p = p * r + 0.0013981999f;
    p = p * r + 0.008333452f;
    p = p * r + 0.041665796f;
    p = p * r + 0.16666666f;
    p = p * r + 0.5f;
    p = p * r * r + r + 1f;
    return p * Float.intBitsToFloat(((int) n + 127) << 23);
  }

  static float max(float[] x, int n) {
    float a = Float.NEGATIVE_INFINITY;
    float b = a;
    float c = a;
    float d = a;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      a = Math.max(a, x[i]);
      b = Math.max(b, x[i + 1]);
      c = Math.max(c, x[i + 2]);
      d = Math.max(d, x[i + 3]);
    }
    for (; i < n; i++) {
      a = Math.max(a, x[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  static float sum(float[] x, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < n; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  static float dot(float[] x, float[] y, int n) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      a += x[i] * y[i];
      b += x[i + 1] * y[i + 1];
      c += x[i + 2] * y[i + 2];
      d += x[i + 3] * y[i + 3];
    }
    for (; i < n; i++) {
      a += x[i] * y[i];
    }
    return (a + b) + (c + d);
  }

  /** {@code x = e^(x - shift)}; returns the sum. */
  static float expSum(float[] x, int n, float shift) {
    for (int i = 0; i < n; i++) {
      x[i] = exp(x[i] - shift);
    }
    return sum(x, n);
  }

  static void scale(float[] x, int n, float by) {
    for (int i = 0; i < n; i++) {
      x[i] *= by;
    }
  }
}
