package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Matrices for a test, each a part of a larger one whose other rows must keep their content: a view
 * in a view, as most matrices of a model are.
 */
final class Guarded implements AutoCloseable {
  private static final float GUARD = 77;

  private final Backend backend;
  private final List<Matrix> whole = new ArrayList<>();

  Guarded(Backend backend) {
    this.backend = backend;
  }

  Matrix matrix(int rows, int cols, float... values) {
    float[] all = new float[(rows + 3) * cols];
    Arrays.fill(all, GUARD);
    System.arraycopy(values, 0, all, 2 * cols, rows * cols);
    Matrix large = backend.allocate(rows + 3, cols);
    large.put(0, all, 0, all.length);
    whole.add(large);
    return large.rows(1, rows + 1).rows(1, rows);
  }

  /** A result's place: what stands there must not matter. */
  Matrix result(int rows, int cols) {
    float[] nan = new float[rows * cols];
    Arrays.fill(nan, Float.NaN);
    return matrix(rows, cols, nan);
  }

  @Override
  public void close() {
    for (Matrix matrix : whole) {
      float[] all = matrix.toArray();
      int cols = matrix.cols();
      for (int i = 0; i < 2 * cols; i++) {
        assertThat(all[i]).isEqualTo(GUARD);
      }
      for (int i = all.length - cols; i < all.length; i++) {
        assertThat(all[i]).isEqualTo(GUARD);
      }
      matrix.free();
    }
  }
}
