package org.radllama.train.kernels;

import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * Products of few rows with a large matrix of weights, as decoding needs them. OpenBLAS's product
 * of matrices would first copy the weights into blocks, which takes longer than computing; so a
 * piece of the weights that fits a cache is read once and multiplied by each row in turn.
 *
 * <p>OpenBLAS does the same operations for a row however many others there are, so that a text
 * continues the same way alone and in a batch: by products with one vector, or, on AVX-512, by its
 * kernels for small matrices, which copy nothing, for groups of a fixed number of rows, the last
 * one filled up.
 */
final class SmallProducts {
  /** Floats of a piece of weights that stays in the second-level cache from group to group. */
  private static final int PIECE = 1 << 16;

  /** Rows of a group. */
  private static final int GROUP = 4;

  private final WorkerPool pool;
  private HostMatrix in = HostMatrix.allocate(GROUP, 64);
  private HostMatrix out = HostMatrix.allocate(GROUP, 64);

  /**
   * Products.
   *
   * @param pool who shares the pieces
   */
  SmallProducts(WorkerPool pool) {
    this.pool = pool;
  }

  /**
   * {@code y (N, col to col + out) = alpha x (N, in) w (out, in)^T + beta y}; the other columns of
   * y stay.
   */
  void timesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y, int col) {
    if (Gemm.AVX512) {
      inGroups(x, w, alpha, beta, y, col);
    } else {
      byVectors(x, w, alpha, beta, y, col);
    }
  }

  private void byVectors(Matrix x, Matrix w, float alpha, float beta, Matrix y, int col) {
    int k = x.cols();
    eachPiece(
        w,
        x.rows(),
        PIECE / k,
        (from, n, weights) -> {
          for (int row = 0; row < x.rows(); row++) {
            FloatPointer in = Panel.of(x, row, 0).at();
            FloatPointer out = Panel.of(y, row, col + from).at();
            Gemm.vector(false, n, k, alpha, weights, in, beta, out);
          }
        });
  }

  private void inGroups(Matrix x, Matrix w, float alpha, float beta, Matrix y, int col) {
    int whole = x.rows() / GROUP * GROUP;
    groups(x, w, alpha, beta, y, col, whole);
    int rest = x.rows() - whole;
    if (rest == 0) {
      return;
    }
    reserve(x.cols(), w.rows());
    HostMatrix rows = in.shaped(GROUP, x.cols());
    HostMatrix results = out.shaped(GROUP, w.rows());
    rows.zero();
    rows.rows(0, rest).copyFrom(x.rows(whole, rest));
    if (beta != 0) {
      results.zero();
      for (int i = 0; i < rest; i++) {
        Gemm.copy(Panel.of(y, whole + i, col), Panel.of(results, i, 0), w.rows());
      }
    }
    groups(rows, w, alpha, beta, results, 0, GROUP);
    for (int i = 0; i < rest; i++) {
      Gemm.copy(Panel.of(results, i, 0), Panel.of(y, whole + i, col), w.rows());
    }
  }

  /** Whole groups of rows. */
  private void groups(Matrix x, Matrix w, float alpha, float beta, Matrix y, int col, int rows) {
    int k = x.cols();
    eachPiece(
        w,
        rows,
        Math.min(Gemm.MOST_RESULTS / GROUP, Math.min(Gemm.MOST_PRODUCTS / GROUP, PIECE) / k),
        (from, n, weights) -> {
          for (int row = 0; row < rows; row += GROUP) {
            Panel a = Panel.of(x, row, 0);
            Gemm.NT.once(GROUP, n, k, alpha, a, weights, beta, Panel.of(y, row, col + from));
          }
        });
  }

  /** What is done with rows {@code from} to {@code from + n} of the weights. */
  private interface Piece {
    void multiply(int from, int n, Panel weights);
  }

  /** Shares the weights out in pieces of at most so many rows, by eights; none for no rows of x. */
  private void eachPiece(Matrix w, int rows, int most, Piece piece) {
    int step = Math.max(8, most / 8 * 8);
    IntConsumer work =
        i -> {
          int from = i * step;
          piece.multiply(from, Math.min(step, w.rows() - from), Panel.of(w, from, 0));
        };
    pool.run(rows == 0 ? 0 : (w.rows() + step - 1) / step, work);
  }

  private void reserve(int inCols, int outCols) {
    if (in.cols() < inCols) {
      in.free();
      in = HostMatrix.allocate(GROUP, inCols);
    }
    if (out.cols() < outCols) {
      out.free();
      out = HostMatrix.allocate(GROUP, outCols);
    }
  }

  void close() {
    in.free();
    out.free();
  }
}
