package org.radllama.eval.encoder;

/** Loops over rows that the JIT turns into vector code. */
final class Rows {
  private Rows() {}

  /**
   * The sum of the squares of some elements' distances from a mean, by four sums that do not wait
   * for each other.
   */
  static double squares(float[] x, int from, int count, double mean) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= from + count; i += 4) {
      a += (x[i] - mean) * (x[i] - mean);
      b += (x[i + 1] - mean) * (x[i + 1] - mean);
      c += (x[i + 2] - mean) * (x[i + 2] - mean);
      d += (x[i + 3] - mean) * (x[i + 3] - mean);
    }
    for (; i < from + count; i++) {
      a += (x[i] - mean) * (x[i] - mean);
    }
    return (a + b) + (c + d);
  }

  /** {@code y += factor x} over some elements. */
  static void addScaled(float factor, float[] x, int from, float[] y, int to, int count) {
    for (int i = 0; i < count; i++) {
      y[to + i] += factor * x[from + i];
    }
  }

  /**
   * {@code y += sum of factors[k] x[k]}, where the rows x[k] are {@code step} apart: four at a
   * time, so that y is read and written a quarter as often.
   */
  @SuppressWarnings("checkstyle:ParameterNumber") // Places in arrays, without an object a row.
  static void addScaled(
      float[] factors,
      int first,
      int rows,
      float[] x,
      int from,
      int step,
      float[] y,
      int to,
      int n) {
    int k = 0;
    for (; k + 4 <= rows; k += 4) {
      addFour(factors, first + k, x, from + k * step, step, y, to, n);
    }
    for (; k < rows; k++) {
      addScaled(factors[first + k], x, from + k * step, y, to, n);
    }
  }

  private static void addFour(
      float[] factors, int first, float[] x, int from, int step, float[] y, int to, int n) {
    float a = factors[first];
    float b = factors[first + 1];
    float c = factors[first + 2];
    float d = factors[first + 3];
    int second = from + step;
    int third = second + step;
    int fourth = third + step;
    for (int i = 0; i < n; i++) {
      y[to + i] += a * x[from + i] + b * x[second + i] + c * x[third + i] + d * x[fourth + i];
    }
  }
}
