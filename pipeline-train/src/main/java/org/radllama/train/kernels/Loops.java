package org.radllama.train.kernels;

/** Loops over staged rows, written so that the JIT turns them into vector code or keeps it busy. */
public final class Loops {
  private Loops() {}

  /** Largest of {@code x[from]} to {@code x[to - 1]}. */
  static float max(float[] x, int from, int to) {
    float a = Float.NEGATIVE_INFINITY;
    float b = a;
    float c = a;
    float d = a;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a = Math.max(a, x[i]);
      b = Math.max(b, x[i + 1]);
      c = Math.max(c, x[i + 2]);
      d = Math.max(d, x[i + 3]);
    }
    for (; i < to; i++) {
      a = Math.max(a, x[i]);
    }
    return Math.max(Math.max(a, b), Math.max(c, d));
  }

  /** Sum of {@code x[from]} to {@code x[to - 1]}, in double precision. */
  public static double sum(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += x[i];
      b += x[i + 1];
      c += x[i + 2];
      d += x[i + 3];
    }
    for (; i < to; i++) {
      a += x[i];
    }
    return (a + b) + (c + d);
  }

  /** Inner product of {@code x[from]} to {@code x[to - 1]} and those of y, in double precision. */
  static double dot(float[] x, float[] y, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) x[i] * y[i];
      b += (double) x[i + 1] * y[i + 1];
      c += (double) x[i + 2] * y[i + 2];
      d += (double) x[i + 3] * y[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * y[i];
    }
    return (a + b) + (c + d);
  }

  /** {@code x -= by} from {@code x[from]} to {@code x[to - 1]}. */
  static void subtract(float[] x, int from, int to, float by) {
    for (int i = from; i < to; i++) {
      x[i] -= by;
    }
  }

  /** {@code x *= by} from {@code x[from]} to {@code x[to - 1]}. */
  static void scale(float[] x, int from, int to, float by) {
    for (int i = from; i < to; i++) {
      x[i] *= by;
    }
  }
}
