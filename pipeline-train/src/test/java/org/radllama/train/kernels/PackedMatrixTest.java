package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.train.engine.Precision;

/** Weights packed for products forward: what they hold, and products with them. */
class PackedMatrixTest {
  static Stream<Arguments> shapes() {
    // Rows and columns of w: tiny, odd, several pieces of equal and of unequal size, long rows.
    int[][] shapes = {
      {1, 1},
      {7, 11},
      {192, 576},
      {1536, 576},
      {701, 1001},
      {3001, 300},
      {130, 2600},
      {65, 1025},
      {64, 513},
      {8, 9001}
    };
    return Stream.of(Precision.values())
        .flatMap(p -> Stream.of(shapes).map(s -> Arguments.of(p, s[0], s[1])));
  }

  /** Against a matrix of the same precision that lies row by row, to the last bit. */
  @ParameterizedTest
  @MethodSource("shapes")
  void itHoldsWhatItWasGiven(Precision precision, int rows, int cols) {
    float[] values = KernelsTest.normal(new Random(rows), rows * cols);
    Matrix expected = new FusedBackend().allocate(precision, rows, cols);
    expected.put(0, values, 0, values.length);
    try (Packed packed = new Packed(precision, rows, cols, values);
        Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      float[] all = expected.toArray();
      assertThat(packed.matrix.toArray()).isEqualTo(all);
      assertThat(packed.matrix.bytes()).isEqualTo(expected.bytes());
      int[] ids = {rows - 1, 0, rows / 2, rows - 1};
      Matrix gathered = g.result(4, cols);
      kernels.gather(packed.matrix, ids, gathered);
      for (int i = 0; i < ids.length; i++) {
        assertThat(gathered.rows(i, 1).toArray())
            .isEqualTo(Arrays.copyOfRange(all, ids[i] * cols, (ids[i] + 1) * cols));
      }
    } finally {
      expected.free();
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void products(Precision precision, int out, int in) {
    Random random = new Random(out);
    float[] w = KernelsTest.normal(random, out * in);
    try (Packed packed = new Packed(precision, out, in, w);
        Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels(2)) {
      double[] held = Naive.doubles(packed.matrix.toArray());
      for (int n : new int[] {0, 1, 2, 17}) {
        float[] x = KernelsTest.normal(random, n * in);
        float[] before = KernelsTest.normal(random, n * out);
        double[] product = Naive.timesTransposed(Naive.doubles(x), held, n, out, in);
        Matrix fresh = g.result(n, out);
        kernels.eachTimesTransposed(g.matrix(n, in, x), packed.matrix, 1, 0, fresh);
        assertNear(fresh, product, 1, 0, before, in);
        Matrix added = g.matrix(n, out, before);
        kernels.timesTransposed(g.matrix(n, in, x), packed.matrix, 0.5f, 2, added);
        assertNear(added, product, 0.5, 2, before, in);
      }
    }
  }

  private static void assertNear(
      Matrix seen, double[] product, double alpha, double beta, float[] before, int terms) {
    float[] values = seen.toArray();
    for (int i = 0; i < values.length; i++) {
      double expected = alpha * product[i] + beta * before[i];
      double rounding = 9e-6 * Math.sqrt(terms) + 1e-6;
      assertThat((double) values[i]).isCloseTo(expected, within(rounding));
    }
  }

  /** To the last bit, so that a text goes on in the same way whatever is continued beside it. */
  @ParameterizedTest
  @MethodSource("shapes")
  void rowsAreMultipliedEachAlone(Precision precision, int out, int in) {
    Random random = new Random(in);
    int rows = 120;
    try (Packed packed = new Packed(precision, out, in, KernelsTest.normal(random, out * in));
        Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix x = g.matrix(rows, in, KernelsTest.normal(random, rows * in));
      Matrix together = g.result(rows, out);
      kernels.eachTimesTransposed(x, packed.matrix, 1, 0, together);
      for (int n : new int[] {1, 2, 3, 8, 17, 101}) {
        for (int from : new int[] {0, rows - n}) {
          Matrix some = g.result(n, out);
          kernels.eachTimesTransposed(x.rows(from, n), packed.matrix, 1, 0, some);
          assertThat(some.toArray()).isEqualTo(together.rows(from, n).toArray());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void itIsFilledByWholeRows(Precision precision) {
    try (Packed packed = new Packed(precision, 4, 3, new float[12])) {
      assertThatThrownBy(() -> packed.matrix.put(0, new float[2], 0, 2))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> packed.matrix.rows(0, 1))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @Test
  void aGradientIsRefused() {
    try (Packed packed = new Packed(Precision.F32, 4, 3, new float[12]);
        Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix dy = g.matrix(20, 4, new float[80]);
      Matrix dx = g.result(20, 3);
      assertThatThrownBy(() -> kernels.times(dy, packed.matrix, 1, 0, dx))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** A packed matrix in memory that held something else, filled a few rows at a time. */
  private static final class Packed implements AutoCloseable {
    private final Arena arena = new FusedBackend().arena();
    private final Matrix matrix;

    Packed(Precision precision, int rows, int cols, float[] values) {
      arena.reserve(new FusedBackend().forwardFloats(precision, rows, cols));
      matrix = new FusedBackend().forward(precision, rows, cols, arena);
      for (int row = 0; row < rows; row += 5) {
        int count = Math.min(5, rows - row) * cols;
        matrix.put(row * cols, values, row * cols, count);
      }
    }

    @Override
    public void close() {
      matrix.free();
      arena.close();
    }
  }
}
