package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;
import org.radllama.train.kernels.Products.Size;

/**
 * The kernels for a CPU: matrix products by OpenBLAS, those of generation by oneDNN, the rest as
 * Java loops over one row at a time. A row is staged through a Java array, because the JIT turns
 * loops over arrays into vector code and loops over native memory not; the copy stays in the
 * first-level cache.
 */
final class FusedKernels implements Kernels {
  /** Rows for which OpenBLAS's packing of a matrix of weights costs too much. */
  static final int FEW_ROWS = 8;

  private float[] x = new float[0];
  private float[] y = new float[0];
  private float[] z = new float[0];
  private float[] w = new float[0];
  private final Exponential exponential = new Exponential();
  private final WorkerPool pool;
  private final Products products;
  private final QuantisedProducts quantisedProducts;
  private final BlockedAttention attention = new BlockedAttention(exponential);

  /**
   * Kernels for one calling thread.
   *
   * @param threads that share products
   * @param products who computes those of many rows
   */
  FusedKernels(int threads, Products products) {
    pool = new WorkerPool(threads);
    this.products = products;
    quantisedProducts = new QuantisedProducts(products);
  }

  @Override
  public void timesTransposed(Matrix a, Matrix w, float alpha, float beta, Matrix c) {
    if (a.rows() <= FEW_ROWS || w instanceof PackedMatrix) {
      eachTimesTransposed(a, w, alpha, beta, c);
    } else if (w instanceof QuantisedMatrix quantised) {
      quantisedProducts.timesTransposed(a, quantised, alpha, beta, c);
    } else {
      multiply(Gemm.NT, new Size(a.rows(), w.rows(), a.cols()), alpha, a, w, beta, c);
    }
  }

  @Override
  public void eachTimesTransposed(Matrix a, Matrix w, float alpha, float beta, Matrix c) {
    if (w instanceof PackedMatrix packed) {
      pool.run(packed.pieces(), piece -> packed.multiply(a, piece, alpha, beta, c));
    } else if (w instanceof QuantisedMatrix quantised) {
      quantisedProducts.eachTimesTransposed(a, quantised, alpha, beta, c);
    } else {
      OneDnn.multiply(a.rows(), Panel.of(a), OneDnn.Weights.of(w), alpha, beta, Panel.of(c));
    }
  }

  @Override
  public boolean rowsApart() {
    return true;
  }

  @Override
  public void times(Matrix a, Matrix w, float alpha, float beta, Matrix c) {
    if (w instanceof QuantisedMatrix quantised) {
      quantisedProducts.times(a, quantised, alpha, beta, c);
      return;
    }
    multiply(Gemm.NN, new Size(a.rows(), w.cols(), a.cols()), alpha, a, w, beta, c);
  }

  @Override
  public void addTransposedTimes(Matrix a, Matrix b, float alpha, Matrix w) {
    multiply(Gemm.TN, new Size(a.cols(), b.cols(), a.rows()), alpha, a, b, 1, w);
  }

  private void multiply(
      Gemm how, Size size, float alpha, Matrix a, Matrix b, float beta, Matrix c) {
    products.run(how, size, alpha, Panel.of(a), Panel.of(b), beta, Panel.of(c));
  }

  @Override
  public void add(Matrix from, Matrix to) {
    stage(to.cols());
    for (int row = 0; row < to.rows(); row++) {
      addRow(from, row, to, row);
    }
  }

  @Override
  public void addToRows(Matrix vector, Matrix to) {
    int n = to.cols();
    stage(n);
    vector.get(0, x, 0, n);
    for (int row = 0; row < to.rows(); row++) {
      load(to, row, y);
      for (int j = 0; j < n; j++) {
        y[j] += x[j];
      }
      store(to, row, y);
    }
  }

  @Override
  public void addSumOfRows(Matrix from, Matrix vector) {
    int n = from.cols();
    stage(n);
    float[] sum = new float[n];
    for (int row = 0; row < from.rows(); row++) {
      load(from, row, x);
      for (int j = 0; j < n; j++) {
        sum[j] += x[j];
      }
    }
    addInto(vector, sum);
  }

  private void addRow(Matrix from, int row, Matrix to, int toRow) {
    load(from, row, x);
    load(to, toRow, y);
    for (int j = 0; j < to.cols(); j++) {
      y[j] += x[j];
    }
    store(to, toRow, y);
  }

  @Override
  public void rmsNorm(Matrix in, Matrix gain, double eps, Matrix out, Matrix inverse) {
    int n = in.cols();
    stage(n);
    gain.get(0, z, 0, n);
    float[] scales = new float[in.rows()];
    for (int row = 0; row < in.rows(); row++) {
      load(in, row, x);
      float scale = (float) (1 / Math.sqrt(Loops.dot(x, x, 0, n) / n + eps));
      for (int j = 0; j < n; j++) {
        y[j] = x[j] * scale * z[j];
      }
      store(out, row, y);
      scales[row] = scale;
    }
    inverse.put(0, scales, 0, scales.length);
  }

  @Override
  public void rmsNormBackward(
      Matrix in, Matrix gain, Matrix inverse, Matrix dy, Matrix dx, Matrix dgain) {
    int n = in.cols();
    stage(n);
    gain.get(0, z, 0, n);
    float[] g = new float[n];
    float[] weighted = new float[n];
    for (int row = 0; row < in.rows(); row++) {
      load(in, row, x);
      load(dy, row, y);
      float scale = HostMatrix.of(inverse).get(row);
      if (dgain != null) {
        for (int j = 0; j < n; j++) {
          g[j] += y[j] * x[j] * scale;
        }
      }
      for (int j = 0; j < n; j++) {
        weighted[j] = y[j] * z[j];
      }
      // dx = s (g dy - x s^2 mean(g dy x))
      float mean = (float) (scale * scale * Loops.dot(weighted, x, 0, n) / n);
      load(dx, row, y);
      for (int j = 0; j < n; j++) {
        y[j] += scale * (weighted[j] - x[j] * mean);
      }
      store(dx, row, y);
    }
    if (dgain != null) {
      addInto(dgain, g);
    }
  }

  private void addInto(Matrix vector, float[] values) {
    vector.get(0, y, 0, values.length);
    for (int j = 0; j < values.length; j++) {
      y[j] += values[j];
    }
    vector.put(0, y, 0, values.length);
  }

  @Override
  public void rotate(Matrix m, int heads, RotaryTable table, Packing packing, boolean back) {
    stage(m.cols());
    packing.eachRow(
        (example, position, row) -> {
          load(m, row, x);
          table.rotate(x, heads, position, back ? -1 : 1);
          store(m, row, x);
        });
  }

  @Override
  public void attention(AttentionState state) {
    attention.forward(state);
  }

  @Override
  public void attentionBackward(
      AttentionState state, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    attention.backward(state, dout, dq, dk, dv);
  }

  @Override
  public void cachedAttention(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    attention.cached(q, keys, values, lengths, headSize, window, o);
  }

  @Override
  public void close() {
    attention.close();
    quantisedProducts.close();
    pool.close();
  }

  @Override
  public void swiglu(Matrix gate, Matrix up, Matrix out) {
    int n = gate.cols();
    stage(n);
    for (int row = 0; row < gate.rows(); row++) {
      load(gate, row, x);
      load(up, row, y);
      negate(x, z, n);
      exponential.apply(z, n);
      gated(x, z, y, n);
      store(out, row, y);
    }
  }

  @Override
  public void swigluBackward(Matrix gate, Matrix up, Matrix dy) {
    int n = gate.cols();
    stage(n);
    for (int row = 0; row < gate.rows(); row++) {
      load(gate, row, x);
      load(up, row, y);
      negate(x, z, n);
      exponential.apply(z, n);
      load(dy, row, w);
      gatedGradients(x, y, z, w, n);
      store(gate, row, x);
      store(up, row, y);
    }
  }

  /** {@code up *= gate / (1 + e^-gate)}. */
  private static void gated(float[] gate, float[] exp, float[] up, int n) {
    for (int j = 0; j < n; j++) {
      up[j] *= gate[j] / (1 + exp[j]);
    }
  }

  private static void gatedGradients(float[] gate, float[] up, float[] exp, float[] dy, int n) {
    for (int j = 0; j < n; j++) {
      float sigmoid = 1 / (1 + exp[j]);
      float silu = gate[j] * sigmoid;
      float d = dy[j];
      gate[j] = d * up[j] * (sigmoid + silu * (1 - sigmoid));
      up[j] = d * silu;
    }
  }

  private static void negate(float[] from, float[] to, int n) {
    for (int j = 0; j < n; j++) {
      to[j] = -from[j];
    }
  }

  @Override
  public void dropout(Matrix in, Dropout dropout, Packing packing, Matrix out) {
    int n = in.cols();
    stage(n);
    packing.eachRow(
        (example, position, row) -> {
          dropout.factors(example, position, z, n);
          load(in, row, x);
          for (int j = 0; j < n; j++) {
            x[j] *= z[j];
          }
          store(out, row, x);
        });
  }

  @Override
  public void addDropout(Matrix dy, Dropout dropout, Packing packing, Matrix dx) {
    int n = dx.cols();
    stage(n);
    packing.eachRow(
        (example, position, row) -> {
          dropout.factors(example, position, z, n);
          load(dy, row, x);
          load(dx, row, y);
          for (int j = 0; j < n; j++) {
            y[j] += x[j] * z[j];
          }
          store(dx, row, y);
        });
  }

  @Override
  public void gather(Matrix table, int[] ids, Matrix out) {
    if (table instanceof QuantisedMatrix quantised) {
      quantisedProducts.gather(quantised, ids, out);
      return;
    }
    stage(table.cols());
    for (int i = 0; i < ids.length; i++) {
      if (table instanceof PackedMatrix packed) {
        packed.row(ids[i], x);
      } else {
        load(table, ids[i], x);
      }
      store(out, i, x);
    }
  }

  @Override
  public void scatterAdd(Matrix dy, int[] ids, Matrix dtable) {
    stage(dtable.cols());
    for (int i = 0; i < ids.length; i++) {
      addRow(dy, i, dtable, ids[i]);
    }
  }

  @Override
  public double crossEntropy(Matrix logits, int[] targets, boolean gradient) {
    int n = logits.cols();
    stage(n);
    double loss = 0;
    for (int row = 0; row < targets.length; row++) {
      load(logits, row, x);
      float target = x[targets[row]];
      float max = Loops.max(x, 0, n);
      double sum = exponential.sum(x, n, max);
      loss += Math.log(sum) + max - target;
      if (gradient) {
        Loops.scale(x, 0, n, (float) (1 / sum));
        x[targets[row]] -= 1;
        store(logits, row, x);
      }
    }
    return loss;
  }

  private static void load(Matrix matrix, int row, float[] into) {
    HostMatrix.of(matrix).row(row, into);
  }

  private static void store(Matrix matrix, int row, float[] values) {
    HostMatrix.of(matrix).setRow(row, values);
  }

  private void stage(int n) {
    if (x.length < n) {
      x = new float[n];
      y = new float[n];
      z = new float[n];
      w = new float[n];
    }
  }
}
