package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.radllama.train.engine.Precision;

/** Products of factors rounded to bf16, beside the same products in doubles. */
class RoundedProductsTest {
  /** The factors' rounding: twice 2^-9 of each product. */
  private static final double ROUNDING = 0x1p-8 + 1e-5;

  /** Many rows and few, wide and narrow, long rows that oneDNN cuts; out 15 stays exact. */
  @ParameterizedTest
  @CsvSource({
    "64, 32, 48",
    "17, 16, 2600",
    "9, 15, 700",
    "203, 576, 576",
    "130, 49, 9001",
    "840, 1536, 64"
  })
  void productsOfFloats(int n, int out, int in) {
    Random random = new Random(n);
    float[] x = KernelsTest.normal(random, n * in);
    float[] w = KernelsTest.normal(random, out * in);
    float[] y = KernelsTest.normal(random, n * out);
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend(true).kernels()) {
      Matrix forward = g.matrix(n, out, y);
      kernels.timesTransposed(g.matrix(n, in, x), g.matrix(out, in, w), 0.5f, 2, forward);
      Matrix back = g.matrix(n, in, x);
      kernels.times(g.matrix(n, out, y), g.matrix(out, in, w), -1, 1, back);
      Matrix gradient = g.matrix(out, in, w);
      kernels.addTransposedTimes(g.matrix(n, out, y), g.matrix(n, in, x), 3, gradient);
      for (int trial = 0; trial < 300; trial++) {
        int row = random.nextInt(n);
        int col = random.nextInt(out);
        int k = random.nextInt(in);
        Sum f = new Sum();
        for (int j = 0; j < in; j++) {
          f.add(x[row * in + j], w[col * in + j]);
        }
        f.isNear(forward, row, col, 0.5, 2 * y[row * out + col]);
        Sum b = new Sum();
        for (int j = 0; j < out; j++) {
          b.add(y[row * out + j], w[j * in + k]);
        }
        b.isNear(back, row, k, -1, x[row * in + k]);
        Sum d = new Sum();
        for (int j = 0; j < n; j++) {
          d.add(y[j * out + col], x[j * in + k]);
        }
        d.isNear(gradient, col, k, 3, w[col * in + k]);
      }
    }
  }

  /** A product in doubles, and how far rounding may move it. */
  private static final class Sum {
    private double value;
    private double size;

    void add(double a, double b) {
      value += a * b;
      size += Math.abs(a * b);
    }

    void isNear(Matrix seen, int row, int col, double alpha, double before) {
      double expected = alpha * value + before;
      double bound = Math.abs(alpha) * size * ROUNDING + 1e-5;
      assertThat((double) seen.rows(row, 1).toArray()[col]).isCloseTo(expected, within(bound));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16", "INT8"})
  void basesInFewerBits(Precision precision) {
    int out = 600;
    int in = 576;
    int n = 40;
    Random random = new Random(3);
    Matrix w = new FusedBackend().allocate(precision, out, in);
    float[] values = KernelsTest.normal(random, out * in);
    w.put(0, values, 0, values.length);
    float[] x = KernelsTest.normal(random, n * in);
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels exact = new FusedBackend().kernels();
        Kernels rounded = new FusedBackend(true).kernels()) {
      Matrix expected = g.result(n, out);
      Matrix seen = g.result(n, out);
      exact.timesTransposed(g.matrix(n, in, x), w, 1, 0, expected);
      rounded.timesTransposed(g.matrix(n, in, x), w, 1, 0, seen);
      float[] a = expected.toArray();
      float[] b = seen.toArray();
      for (int i = 0; i < a.length; i++) {
        assertThat(b[i]).isCloseTo(a[i], within(0.5f));
      }
    } finally {
      w.free();
    }
  }

  /** Else every run that asks for bf16 computes in f32 here, which is right but slow. */
  @Test
  void oneDnnIsRightHere() {
    assertThat(RoundedProducts.right()).isTrue();
  }
}
