package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.floating.RSqrt;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Log;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Sigmoid;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The few of ND4J's operations that are used, each into an array that is already there. Operations
 * with a Java number are not among them, since ND4J makes an array of it for the garbage collector.
 */
final class NdOps implements AutoCloseable {
  private final NdArrayArena arena = new NdArrayArena();
  private final Map<Double, NdArrayMatrix> numbers = new HashMap<>();
  private NdArrayMatrix ones = filled(64, 1);

  /** Where intermediates come from. */
  NdArrayArena arena() {
    return arena;
  }

  @Override
  public void close() {
    arena.close();
    ones.free();
    numbers.values().forEach(NdArrayMatrix::free);
    numbers.clear();
  }

  /** {@code out = name(in...)}, with broadcasting; out may be one of the inputs. */
  static void run(String name, INDArray out, INDArray... in) {
    Nd4j.exec(DynamicCustomOp.builder(name).addInputs(in).addOutputs(out).build());
  }

  /** {@code c = alpha op(a) op(b) + beta c}, all of two dimensions. */
  static void gemm(
      INDArray a,
      boolean transposeA,
      INDArray b,
      boolean transposeB,
      float alpha,
      float beta,
      INDArray c) {
    Nd4j.gemm(a, b, c, transposeA, transposeB, alpha, beta);
  }

  /** {@code sums (n, 1) = factor * } the sum of each row of x (n, m). */
  void sumRows(INDArray x, float factor, INDArray sums) {
    gemm(x, false, ones((int) x.size(1)), false, factor, 0, sums);
  }

  /** {@code sum (1, m) += } the sum of the rows of x (n, m). */
  void addSumOfRows(INDArray x, INDArray sum) {
    gemm(ones((int) x.size(0)), true, x, false, 1, 1, sum);
  }

  private INDArray ones(int n) {
    if (ones.rows() < n) {
      ones.free();
      ones = filled(2 * n, 1);
    }
    return ones.rows(0, n).array();
  }

  private static NdArrayMatrix filled(int n, float value) {
    float[] values = new float[n];
    Arrays.fill(values, value);
    NdArrayMatrix matrix = NdArrayMatrix.take(n, 1);
    matrix.put(0, values, 0, n);
    return matrix;
  }

  /** {@code x = 1 / sqrt(x + eps)}. */
  void inverseRoot(INDArray x, double eps) {
    run("add", x, x, numbers.computeIfAbsent(eps, e -> filled(1, e.floatValue())).array());
    Nd4j.exec(new RSqrt(x, x));
  }

  static void sigmoid(INDArray x, INDArray y) {
    Nd4j.exec(new Sigmoid(x, y));
  }

  static void exp(INDArray x, INDArray y) {
    Nd4j.exec(new Exp(x, y));
  }

  /**
   * {@code x = x - max} of each row, and the log of the sum of the row's exponentials after that.
   * ND4J's own log_softmax is the logarithm of its softmax, so -infinity for what is merely
   * unlikely.
   *
   * @param max (n, 1), receives the largest of each row
   * @param logSum (n, 1)
   */
  void shiftByMax(INDArray x, INDArray max, INDArray logSum) {
    Arena.Mark mark = arena.mark();
    INDArray exp = arena.take((int) x.size(0), (int) x.size(1)).array();
    Nd4j.exec(
        DynamicCustomOp.builder("reduce_max")
            .addInputs(x)
            .addOutputs(max)
            .addIntegerArguments(1)
            .addBooleanArguments(true)
            .build());
    run("subtract", x, x, max);
    exp(x, exp);
    sumRows(exp, 1, logSum);
    Nd4j.exec(new Log(logSum, logSum));
    arena.release(mark);
  }

  /** Row i of y is row {@code ids[i]} of the table. */
  static void gather(INDArray table, int[] ids, Matrix y) {
    if (ids.length == 0) {
      return;
    }
    INDArray indices = Nd4j.createFromArray(ids);
    Nd4j.exec(
        DynamicCustomOp.builder("gather")
            .addInputs(table, indices)
            .addOutputs(NdArrayMatrix.of(y).array())
            .addIntegerArguments(0)
            .build());
    indices.close();
  }

  /** Row i of y becomes zeros with a one at {@code ids[i]}. */
  static void oneHot(int[] ids, NdArrayMatrix y) {
    INDArray indices = Nd4j.createFromArray(ids);
    Nd4j.exec(
        DynamicCustomOp.builder("onehot")
            .addInputs(indices)
            .addOutputs(y.array())
            .addIntegerArguments(-1, y.cols())
            .addFloatingPointArguments(1.0, 0.0)
            .build());
    indices.close();
  }
}
