package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;

/**
 * The kernels for a CPU: matrix products by OpenBLAS (which nd4j-native brings), the rest as Java
 * loops over one row at a time. A row is staged through a Java array, because the JIT turns loops
 * over arrays into vector code and loops over native memory not; the copy stays in the first-level
 * cache.
 */
final class FusedKernels implements Kernels {
  private float[] x = new float[0];
  private float[] y = new float[0];
  private float[] z = new float[0];
  private float[] w = new float[0];
  private final Exponential exponential = new Exponential();
  private final Crew crew;
  private final SmallProducts small;
  private final ReducedProducts reduced;
  private final BlockedAttention attention = new BlockedAttention(exponential);

  /**
   * Kernels for one calling thread.
   *
   * @param threads that share the products of few rows
   */
  FusedKernels(int threads) {
    crew = new Crew(threads);
    small = new SmallProducts(crew);
    reduced = new ReducedProducts(small);
  }

  @Override
  public void timesTransposed(Mat a, Mat w, float alpha, float beta, Mat c) {
    if (w instanceof ReducedMat few) {
      reduced.timesTransposed(a, few, alpha, beta, c);
      return;
    }
    if (a.rows() <= ROWS_ALONE) {
      small.timesTransposed(a, w, alpha, beta, c, 0);
      return;
    }
    Gemm.NT.run(a.rows(), w.rows(), a.cols(), alpha, Panel.of(a), Panel.of(w), beta, Panel.of(c));
  }

  @Override
  public void times(Mat a, Mat w, float alpha, float beta, Mat c) {
    if (w instanceof ReducedMat few) {
      reduced.times(a, few, alpha, beta, c);
      return;
    }
    Gemm.NN.run(a.rows(), w.cols(), a.cols(), alpha, Panel.of(a), Panel.of(w), beta, Panel.of(c));
  }

  @Override
  public void addTransposedTimes(Mat a, Mat b, float alpha, Mat w) {
    Gemm.TN.run(a.cols(), b.cols(), a.rows(), alpha, Panel.of(a), Panel.of(b), 1, Panel.of(w));
  }

  @Override
  public void add(Mat from, Mat to) {
    stage(to.cols());
    for (int row = 0; row < to.rows(); row++) {
      load(from, row, x);
      load(to, row, y);
      for (int j = 0; j < to.cols(); j++) {
        y[j] += x[j];
      }
      store(to, row, y);
    }
  }

  @Override
  public void rmsNorm(Mat in, Mat gain, double eps, Mat out, Mat inverse) {
    int n = in.cols();
    stage(n);
    gain.get(0, z, 0, n);
    float[] scales = new float[in.rows()];
    for (int row = 0; row < in.rows(); row++) {
      load(in, row, x);
      float scale = (float) (1 / Math.sqrt(Loops.dot(x, x, n) / (double) n + eps));
      for (int j = 0; j < n; j++) {
        y[j] = x[j] * scale * z[j];
      }
      store(out, row, y);
      scales[row] = scale;
    }
    inverse.put(0, scales, 0, scales.length);
  }

  @Override
  public void rmsNormBackward(Mat in, Mat gain, Mat inverse, Mat dy, Mat dx, Mat dgain) {
    int n = in.cols();
    stage(n);
    gain.get(0, z, 0, n);
    float[] g = new float[n];
    float[] weighted = new float[n];
    for (int row = 0; row < in.rows(); row++) {
      load(in, row, x);
      load(dy, row, y);
      float scale = HostMat.of(inverse).get(row);
      if (dgain != null) {
        for (int j = 0; j < n; j++) {
          g[j] += y[j] * x[j] * scale;
        }
      }
      for (int j = 0; j < n; j++) {
        weighted[j] = y[j] * z[j];
      }
      // dx = s (g dy - x s^2 mean(g dy x))
      float mean = scale * scale * Loops.dot(weighted, x, n) / n;
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

  private void addInto(Mat vector, float[] values) {
    vector.get(0, y, 0, values.length);
    for (int j = 0; j < values.length; j++) {
      y[j] += values[j];
    }
    vector.put(0, y, 0, values.length);
  }

  @Override
  public void rotate(Mat m, int heads, RotaryTable table, Packing packing) {
    rotate(m, heads, table, packing, 1);
  }

  @Override
  public void rotateBack(Mat m, int heads, RotaryTable table, Packing packing) {
    rotate(m, heads, table, packing, -1);
  }

  private void rotate(Mat m, int heads, RotaryTable table, Packing packing, float sign) {
    stage(m.cols());
    for (int e = 0; e < packing.examples(); e++) {
      for (int t = 0; t < packing.length(e); t++) {
        int row = packing.starts()[e] + t;
        load(m, row, x);
        table.rotate(x, heads, packing.offset()[e] + t, sign);
        store(m, row, x);
      }
    }
  }

  @Override
  public void attention(AttentionState state) {
    attention.forward(state);
  }

  @Override
  public void attentionBackward(AttentionState state, Mat dout, Mat dq, Mat dk, Mat dv) {
    attention.backward(state, dout, dq, dk, dv);
  }

  @Override
  public void cachedAttention(Mat q, Mat[] keys, Mat[] values, int[] lengths, int headSize, Mat o) {
    CachedAttention.run(exponential, q, keys, values, lengths, headSize, o);
  }

  @Override
  public void close() {
    attention.close();
    reduced.close();
    small.close();
    crew.close();
  }

  @Override
  public void swiglu(Mat gate, Mat up, Mat out) {
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
  public void swigluBackward(Mat gate, Mat up, Mat dy) {
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
  public void dropout(Mat in, Dropout dropout, Packing packing, Mat out) {
    int n = in.cols();
    stage(n);
    eachRow(
        packing,
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
  public void addDropout(Mat dy, Dropout dropout, Packing packing, Mat dx) {
    int n = dx.cols();
    stage(n);
    eachRow(
        packing,
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

  private interface RowWork {
    void at(int example, int position, int row);
  }

  private static void eachRow(Packing packing, RowWork work) {
    for (int e = 0; e < packing.examples(); e++) {
      for (int t = 0; t < packing.length(e); t++) {
        work.at(e, packing.offset()[e] + t, packing.starts()[e] + t);
      }
    }
  }

  @Override
  public void gather(Mat table, int[] ids, Mat out) {
    if (table instanceof ReducedMat few) {
      reduced.gather(few, ids, out);
      return;
    }
    stage(table.cols());
    for (int i = 0; i < ids.length; i++) {
      load(table, ids[i], x);
      store(out, i, x);
    }
  }

  @Override
  public void scatterAdd(Mat dy, int[] ids, Mat dtable) {
    int n = dtable.cols();
    stage(n);
    for (int i = 0; i < ids.length; i++) {
      load(dy, i, x);
      load(dtable, ids[i], y);
      for (int j = 0; j < n; j++) {
        y[j] += x[j];
      }
      store(dtable, ids[i], y);
    }
  }

  @Override
  public double crossEntropy(Mat logits, int[] targets, boolean gradient) {
    int n = logits.cols();
    stage(n);
    double loss = 0;
    for (int row = 0; row < targets.length; row++) {
      load(logits, row, x);
      float target = x[targets[row]];
      float max = Loops.max(x, n);
      float sum = exponential.sum(x, n, max);
      loss += Math.log(sum) + max - target;
      if (gradient) {
        Loops.scale(x, n, 1 / sum);
        x[targets[row]] -= 1;
        store(logits, row, x);
      }
    }
    return loss;
  }

  private static void load(Mat mat, int row, float[] into) {
    HostMat.of(mat).row(row, into);
  }

  private static void store(Mat mat, int row, float[] values) {
    HostMat.of(mat).setRow(row, values);
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
