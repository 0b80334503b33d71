package org.radllama.eval.encoder;

/** Loops over rows that the JIT turns into vector code. */
final class Rows {
  private Rows() {}

  /** {@code y += factor x} over some elements. */
  static void addScaled(float factor, float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += factor * x[from + i];
    }
  }
}
