package org.radllama.train.kernels;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The kernels as INDArray operations, for any backend of ND4J. Every matrix product has two
 * dimensions and sums of rows are products with a vector of ones, since ND4J's reductions and its
 * products of more dimensions are slow, and its scattering operations depend on the order of their
 * threads. Nothing is copied to the Java heap but the loss.
 */
final class NdArrayKernels implements Kernels {
  private final NdOps ops = new NdOps();
  private final NdArrayArena arena = ops.arena();
  private final NdArrayAttention attention = new NdArrayAttention(ops);
  private final NdArrayRotation rotation = new NdArrayRotation(arena);

  @Override
  public void timesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    NdOps.gemm(array(x), false, array(w), true, alpha, beta, array(y));
  }

  @Override
  public void eachTimesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    timesTransposed(x, w, alpha, beta, y);
  }

  @Override
  public void times(Matrix x, Matrix w, float alpha, float beta, Matrix y) {
    NdOps.gemm(array(x), false, array(w), false, alpha, beta, array(y));
  }

  @Override
  public boolean rowsApart() {
    return false;
  }

  @Override
  public void addTransposedTimes(Matrix a, Matrix b, float alpha, Matrix w) {
    NdOps.gemm(array(a), true, array(b), false, alpha, 1, array(w));
  }

  @Override
  public void add(Matrix x, Matrix y) {
    NdOps.run("add", array(y), array(y), array(x));
  }

  @Override
  public void addToRows(Matrix vector, Matrix y) {
    if (y.rows() > 0) {
      NdOps.run("add", array(y), array(y), row(vector));
    }
  }

  @Override
  public void addSumOfRows(Matrix x, Matrix vector) {
    if (x.rows() > 0) {
      ops.addSumOfRows(array(x), row(vector));
    }
  }

  @Override
  public void rmsNorm(Matrix x, Matrix gain, double eps, Matrix y, Matrix inverse) {
    if (x.rows() == 0) {
      return;
    }
    INDArray in = array(x);
    INDArray out = array(y);
    INDArray factor = array(inverse);
    NdOps.run("multiply", out, in, in);
    ops.sumRows(out, 1f / x.cols(), factor);
    ops.inverseRoot(factor, eps);
    NdOps.run("multiply", out, in, factor);
    NdOps.run("multiply", out, out, row(gain));
  }

  @Override
  public void rmsNormBackward(
      Matrix x, Matrix gain, Matrix inverse, Matrix dy, Matrix dx, Matrix dgain) {
    if (x.rows() == 0) {
      return;
    }
    Arena.Mark mark = arena.mark();
    INDArray factor = array(inverse);
    INDArray product = arena.take(x.rows(), x.cols()).array();
    INDArray mean = arena.take(x.rows(), 1).array();
    NdOps.run("multiply", product, array(dy), array(x));
    if (dgain != null) {
      NdOps.gemm(factor, true, product, false, 1, 1, row(dgain));
    }
    // dx = s (g dy - x s^2 mean(g dy x))
    NdOps.run("multiply", product, product, row(gain));
    ops.sumRows(product, 1f / x.cols(), mean);
    NdOps.run("multiply", mean, mean, factor);
    NdOps.run("multiply", mean, mean, factor);
    NdOps.run("multiply", product, array(x), mean);
    INDArray weighted = arena.take(x.rows(), x.cols()).array();
    NdOps.run("multiply", weighted, array(dy), row(gain));
    NdOps.run("subtract", weighted, weighted, product);
    NdOps.run("multiply", weighted, weighted, factor);
    NdOps.run("add", array(dx), array(dx), weighted);
    arena.release(mark);
  }

  @Override
  public void rotate(Matrix x, int heads, RotaryTable table, Packing packing, boolean back) {
    rotation.rotate(NdArrayMatrix.of(x), heads, table, packing, back);
  }

  @Override
  public void attention(AttentionState state) {
    Arena.Mark mark = arena.mark();
    SpreadQueries spread = new SpreadQueries(arena, state);
    attention.forward(spread.whole());
    spread.takeBack(spread.whole().o(), state.o());
    spread.takeBack(spread.whole().logSum(), state.logSum());
    arena.release(mark);
  }

  @Override
  public void attentionBackward(
      AttentionState state, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    Arena.Mark mark = arena.mark();
    SpreadQueries spread = new SpreadQueries(arena, state);
    Matrix wholeDq = spread.room(dq);
    attention.backward(spread.whole(), spread.spread(dout, 0), wholeDq, dk, dv);
    spread.takeBack(wholeDq, dq);
    arena.release(mark);
  }

  @Override
  public void cachedAttention(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    attention.cached(q, keys, values, lengths, headSize, window, o);
  }

  @Override
  public void swiglu(Matrix gate, Matrix up, Matrix y) {
    NdOps.sigmoid(array(gate), array(y));
    NdOps.run("multiply", array(y), array(y), array(gate));
    NdOps.run("multiply", array(y), array(y), array(up));
  }

  @Override
  public void swigluBackward(Matrix gate, Matrix up, Matrix dy) {
    Arena.Mark mark = arena.mark();
    INDArray sigmoid = arena.take(gate.rows(), gate.cols()).array();
    INDArray silu = arena.take(gate.rows(), gate.cols()).array();
    INDArray slope = arena.take(gate.rows(), gate.cols()).array();
    NdOps.sigmoid(array(gate), sigmoid);
    NdOps.run("multiply", silu, sigmoid, array(gate));
    // silu' = sigmoid + silu (1 - sigmoid)
    NdOps.run("multiply", slope, silu, sigmoid);
    NdOps.run("subtract", slope, silu, slope);
    NdOps.run("add", slope, slope, sigmoid);
    NdOps.run("multiply", slope, slope, array(up));
    NdOps.run("multiply", array(gate), slope, array(dy));
    NdOps.run("multiply", array(up), silu, array(dy));
    arena.release(mark);
  }

  @Override
  public void dropout(Matrix x, Dropout dropout, Packing packing, Matrix y) {
    Arena.Mark mark = arena.mark();
    NdOps.run("multiply", array(y), array(x), factors(dropout, packing, x.cols()).array());
    arena.release(mark);
  }

  @Override
  public void addDropout(Matrix dy, Dropout dropout, Packing packing, Matrix dx) {
    Arena.Mark mark = arena.mark();
    INDArray part = factors(dropout, packing, dx.cols()).array();
    NdOps.run("multiply", part, part, array(dy));
    NdOps.run("add", array(dx), array(dx), part);
    arena.release(mark);
  }

  /** The mask's factors of every packed row, (N, cols). */
  private NdArrayMatrix factors(Dropout dropout, Packing packing, int cols) {
    float[] row = new float[cols];
    float[] all = new float[packing.rows() * cols];
    packing.eachRow(
        (example, position, at) -> {
          dropout.factors(example, position, row, cols);
          System.arraycopy(row, 0, all, at * cols, cols);
        });
    NdArrayMatrix matrix = arena.take(packing.rows(), cols);
    matrix.put(0, all, 0, all.length);
    return matrix;
  }

  @Override
  public void gather(Matrix table, int[] ids, Matrix y) {
    for (int id : ids) {
      Objects.checkIndex(id, table.rows());
    }
    NdOps.gather(array(table), ids, y.rows(0, ids.length));
  }

  @Override
  public void scatterAdd(Matrix dy, int[] ids, Matrix dtable) {
    for (int from = 0; from < ids.length; ) {
      int to = from + 1;
      while (to < ids.length && ids[to] == ids[to - 1] + 1) {
        to++;
      }
      add(dy.rows(from, to - from), dtable.rows(ids[from], to - from));
      from = to;
    }
  }

  @Override
  public double crossEntropy(Matrix logits, int[] targets, boolean gradient) {
    int m = targets.length;
    if (m == 0) {
      return 0;
    }
    int[] places = new int[m];
    for (int i = 0; i < m; i++) {
      places[i] = i * logits.cols() + Objects.checkIndex(targets[i], logits.cols());
    }
    Arena.Mark mark = arena.mark();
    NdArrayMatrix in = NdArrayMatrix.of(logits.rows(0, m));
    NdArrayMatrix shifted = arena.take(m, logits.cols());
    NdArrayMatrix max = arena.take(m, 1);
    NdArrayMatrix logSum = arena.take(m, 1);
    NdArrayMatrix picked = arena.take(m, 1);
    shifted.copyFrom(in);
    ops.shiftByMax(shifted.array(), max.array(), logSum.array());
    NdOps.gather(shifted.shaped(shifted.size(), 1).array(), places, picked);
    double loss = 0;
    float[] logs = logSum.toArray();
    float[] scores = picked.toArray();
    for (int i = 0; i < m; i++) {
      loss += (double) logs[i] - scores[i];
    }
    if (gradient) {
      NdOps.run("subtract", shifted.array(), shifted.array(), logSum.array());
      NdOps.exp(shifted.array(), in.array());
      NdOps.oneHot(targets, shifted);
      NdOps.run("subtract", in.array(), in.array(), shifted.array());
    }
    arena.release(mark);
    return loss;
  }

  @Override
  public void close() {
    attention.close();
    rotation.close();
    ops.close();
  }

  private static INDArray array(Matrix matrix) {
    return NdArrayMatrix.of(matrix).array();
  }

  /** A vector as one row. */
  private static INDArray row(Matrix vector) {
    return NdArrayMatrix.of(vector).shaped(1, vector.size()).array();
  }
}
