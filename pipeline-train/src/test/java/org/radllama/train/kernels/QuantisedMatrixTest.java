package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.train.engine.Precision;

/** What matrices in fewer bits hold, and products with them, against the definitions. */
class QuantisedMatrixTest {

  /** All 65,536 numbers of each format of 16 bits come back as they were, bit for bit. */
  @Test
  void sixteenBitsAreKept() {
    float[] bfloats = new float[1 << 16];
    float[] halves = new float[1 << 16];
    for (int bits = 0; bits < bfloats.length; bits++) {
      bfloats[bits] = Float.intBitsToFloat(bits << 16);
      halves[bits] = half(bits);
    }
    assertThat(bits(stored(Precision.BF16, 64, 1024, bfloats))).isEqualTo(bits(bfloats));
    assertThat(bits(stored(Precision.FP16, 64, 1024, halves))).isEqualTo(bits(halves));
  }

  /** IEEE 754-2019, section 3.4, by its formula; zero in the place of infinities and NaNs. */
  private static float half(int bits) {
    int exponent = bits >>> 10 & 31;
    double fraction = (bits & 1023) / 1024.0;
    double size =
        exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
    return exponent == 31 ? 0 : (float) (bits >>> 15 == 0 ? size : -size);
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static float[] stored(Precision precision, int rows, int cols, float... values) {
    Matrix matrix = new FusedBackend().allocate(precision, rows, cols);
    try {
      matrix.put(0, values, 0, values.length);
      return matrix.toArray();
    } finally {
      matrix.free();
    }
  }

  /** Every weight is off by at most half its row's scale, and a row's largest by nothing. */
  @Test
  void bytesAreTheNearest() {
    Random random = new Random(5);
    int rows = 37;
    int cols = 129;
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.pow(10, i / cols % 9 - 5));
    }
    float[] seen = stored(Precision.INT8, rows, cols, values);
    for (int row = 0; row < rows; row++) {
      double largest = 0;
      for (int i = row * cols; i < (row + 1) * cols; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      double scale = largest / 127;
      for (int i = row * cols; i < (row + 1) * cols; i++) {
        assertThat((double) seen[i]).isCloseTo(values[i], within(scale * 0.500001));
        boolean whole = Math.abs(seen[i] / scale - Math.rint(seen[i] / scale)) < 1e-4;
        assertThat(whole).isTrue();
        if (Math.abs(values[i]) == largest) {
          assertThat((double) seen[i]).isCloseTo(values[i], within(largest * 1e-6));
        }
      }
    }
  }

  @Test
  void tiesGoToTheEvenByteAndNothingStaysNothing() {
    float[] rows = {
      127,
      0.5f,
      1.5f,
      2.5f,
      -0.5f,
      -1.5f,
      -2.5f,
      -126.5f,
      0,
      -0f,
      0,
      0,
      0,
      0,
      0,
      0,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      0,
      0,
      0,
      0,
      0,
      0
    };
    assertThat(stored(Precision.INT8, 3, 8, rows))
        .usingComparatorWithPrecision(0f)
        .containsExactly(
            127, 0, 2, 2, 0, -2, -2, -126, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void whatAPrecisionDoesNotHaveIsRefused() {
    assertThat(stored(Precision.FP16, 1, 2, 65519, -65519)).containsExactly(65504, -65504);
    assertRefused(Precision.FP16, 65520, "a weight is 65520.0, which fp16 cannot hold");
    assertRefused(Precision.FP16, Float.NaN, "a weight is NaN, which fp16 cannot hold");
    assertRefused(Precision.BF16, Float.MAX_VALUE, "a weight is 3.4028235E38, which bf16");
    assertRefused(Precision.INT8, Float.NEGATIVE_INFINITY, "a weight is Infinity, which int8");
    assertRefused(Precision.INT8, Float.NaN, "a weight is NaN, which int8 cannot hold");
    assertThatThrownBy(() -> stored(Precision.INT8, 2, 3, 1, 2, 3, 4))
        .hasMessage("4 elements from 0 on are no whole rows of 3");
    assertThatThrownBy(() -> new NdArrayBackend().allocate(Precision.INT8, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("these kernels compute with f32 alone, not int8");
  }

  private static void assertRefused(Precision precision, float value, String message) {
    assertThatThrownBy(() -> stored(precision, 1, 2, 1, value))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageStartingWith(message);
  }

  static Stream<Arguments> shapes() {
    // Rows of x, of w, columns of w: single tokens, few, many; one panel of w and several.
    int[][] shapes = {{1, 1, 1}, {1, 1031, 70}, {3, 2051, 41}, {33, 1027, 33}, {70, 517, 20}};
    return Stream.of(Precision.BF16, Precision.FP16, Precision.INT8)
        .flatMap(p -> Stream.of(shapes).map(s -> Arguments.of(p, s[0], s[1], s[2])));
  }

  /** Products with a view that begins inside a group of rows, as with the floats it stands for. */
  @ParameterizedTest
  @MethodSource("shapes")
  void products(Precision precision, int n, int out, int in) {
    Random random = new Random(out);
    float[] x = KernelsTest.normal(random, n * in);
    float[] y = KernelsTest.normal(random, n * out);
    Matrix whole = new FusedBackend().allocate(precision, out + 4, in);
    whole.put(0, KernelsTest.normal(random, (out + 4) * in), 0, (out + 4) * in);
    Matrix w = whole.rows(1, out + 2).rows(2, out);
    double[] floats = Naive.doubles(w.toArray());
    double[] xw = Naive.timesTransposed(Naive.doubles(x), floats, n, out, in);
    double[] yw =
        Naive.timesTransposed(Naive.doubles(y), Naive.transposed(floats, out, in), n, in, out);
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix result = g.result(n, out);
      kernels.timesTransposed(g.matrix(n, in, x), w, 0.5f, 0, result);
      assertNear(result, xw, 0.5, 0, y, in);
      result = g.matrix(n, out, y);
      kernels.timesTransposed(g.matrix(n, in, x), w, 0.5f, 2, result);
      assertNear(result, xw, 0.5, 2, y, in);
      result = g.result(n, in);
      kernels.times(g.matrix(n, out, y), w, -2, 0, result);
      assertNear(result, yw, -2, 0, x, out);
      result = g.matrix(n, in, x);
      kernels.times(g.matrix(n, out, y), w, -2, 1, result);
      assertNear(result, yw, -2, 1, x, out);
    } finally {
      whole.free();
    }
  }

  private static void assertNear(
      Matrix seen, double[] product, double alpha, double beta, float[] before, int terms) {
    float[] values = seen.toArray();
    for (int i = 0; i < values.length; i++) {
      double expected = alpha * product[i] + beta * (beta == 0 ? 0 : before[i]);
      double rounding = 6e-6 * Math.max(1, Math.abs(alpha)) * Math.sqrt(terms) + 1e-6;
      assertThat((double) values[i]).isCloseTo(expected, within(rounding));
    }
  }

  /** A text's next token does not depend on the texts that are continued with it. */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "F32")
  void fewRowsAreMultipliedEachAlone(Precision precision) {
    Random random = new Random(8);
    Matrix w = new FusedBackend().allocate(precision, 2100, 67);
    w.put(0, KernelsTest.normal(random, 2100 * 67), 0, 2100 * 67);
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix x = g.matrix(9, 67, KernelsTest.normal(random, 9 * 67));
      Matrix together = g.result(9, 2100);
      Matrix alone = g.result(1, 2100);
      kernels.eachTimesTransposed(x, w, 1, 0, together);
      for (int row = 0; row < 9; row++) {
        kernels.eachTimesTransposed(x.rows(row, 1), w, 1, 0, alone);
        assertThat(together.rows(row, 1).toArray()).isEqualTo(alone.toArray());
      }
    } finally {
      w.free();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "F32")
  void rowsAreGatheredAsTheyAre(Precision precision) {
    int[] ids = {6, 0, 6, 3, 5};
    Matrix table = new FusedBackend().allocate(precision, 7, 11);
    table.put(0, KernelsTest.normal(new Random(1), 77), 0, 77);
    float[] all = table.toArray();
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix result = g.result(5, 11);
      kernels.gather(table, ids, result);
      float[] seen = result.toArray();
      for (int i = 0; i < seen.length; i++) {
        assertThat(seen[i]).isEqualTo(all[ids[i / 11] * 11 + i % 11]);
      }
      assertThat(precision.bytes(7, 11))
          .isEqualTo(precision == Precision.INT8 ? 2 * 11 * 4 + 7 * 4 : 4 * 11 * 4);
      assertThat(table.bytes()).isEqualTo(precision.bytes(7, 11));
    } finally {
      table.free();
    }
  }
}
