package org.radllama.train.kernels;

import java.util.Objects;
import org.radllama.train.kernels.Gemm.Panel;
import org.radllama.train.kernels.Products.Size;

/**
 * Products with matrices in fewer bits: a panel of the matrix's rows at a time is turned into
 * floats, which are then multiplied by OpenBLAS while they are in a cache. The panels depend on the
 * shapes alone, and they are added up in their order. For one thread.
 */
final class QuantisedProducts implements AutoCloseable {
  /** Floats of a panel for few rows: half a MiB, which a second-level cache holds. */
  private static final int FEW = 1 << 17;

  private final Dequantiser dequantiser = new Dequantiser();
  private final Products products;

  /** Products of many rows are computed by these. */
  QuantisedProducts(Products products) {
    this.products = products;
  }

  /** {@code y (N, out) = alpha x (N, in) w (out, in)^T + beta y}. */
  void timesTransposed(Matrix x, QuantisedMatrix w, float alpha, float beta, Matrix y) {
    int step = step(x.rows(), w);
    for (int from = 0; from < w.rows(); from += step) {
      int count = Math.min(step, w.rows() - from);
      Panel part = Panel.of(dequantiser.rows(w, from, count));
      Panel to = Panel.of(y, 0, from);
      products.run(
          Gemm.NT, new Size(x.rows(), count, w.cols()), alpha, Panel.of(x), part, beta, to);
    }
  }

  /** The same, where a row's bits do not depend on the others: the panels are always the same. */
  void eachTimesTransposed(Matrix x, QuantisedMatrix w, float alpha, float beta, Matrix y) {
    int step = step(1, w);
    for (int from = 0; from < w.rows(); from += step) {
      HostMatrix part = dequantiser.rows(w, from, Math.min(step, w.rows() - from));
      Panel to = Panel.of(y, 0, from);
      OneDnn.multiply(x.rows(), Panel.of(x), OneDnn.Weights.of(part), alpha, beta, to);
    }
  }

  /** {@code y (N, in) = alpha x (N, out) w (out, in) + beta y}. */
  void times(Matrix x, QuantisedMatrix w, float alpha, float beta, Matrix y) {
    int step = step(x.rows(), w);
    for (int from = 0; from < w.rows(); from += step) {
      int count = Math.min(step, w.rows() - from);
      HostMatrix part = dequantiser.rows(w, from, count);
      float before = from == 0 ? beta : 1;
      products.run(
          Gemm.NN,
          new Size(x.rows(), w.cols(), count),
          alpha,
          Panel.of(x, 0, from),
          Panel.of(part),
          before,
          Panel.of(y));
    }
  }

  /** Row {@code i} of y is row {@code ids[i]} of the table. */
  void gather(QuantisedMatrix table, int[] ids, Matrix y) {
    float[] row = new float[table.cols()];
    for (int i = 0; i < ids.length; i++) {
      dequantiser.rows(table, Objects.checkIndex(ids[i], table.rows()), 1).row(0, row);
      HostMatrix.of(y).setRow(i, row);
    }
  }

  /** Rows of a panel, whole groups of them. */
  private static int step(int rows, QuantisedMatrix w) {
    int perWord = w.precision().perWord();
    int step =
        rows > FusedKernels.FEW_ROWS ? Kernels.PANEL_ROWS : Math.max(perWord, FEW / w.cols());
    return step / perWord * perWord;
  }

  @Override
  public void close() {
    dequantiser.close();
  }
}
