package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.radllama.run.Console;
import org.radllama.train.engine.Precision;

/**
 * What products with a matrix in fewer bits cost beside the same with floats, on one thread. A
 * main, not a test:
 *
 * <pre>
 * java -cp ... org.radllama.train.kernels.PrecisionBenchmark OUT IN TOKENS...
 * </pre>
 *
 * The matrices are several, 256 million weights together, so that each comes from main memory as it
 * does in a model.
 */
final class PrecisionBenchmark {
  private static final int REPEATS = 5;

  private PrecisionBenchmark() {}

  public static void main(String[] args) {
    int out = Integer.parseInt(args[0]);
    int in = Integer.parseInt(args[1]);
    int[] tokens = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
    for (Precision precision : Precision.values()) {
      Matrix[] matrices = matrices(precision, out, in);
      try (Kernels kernels = new FusedBackend().kernels()) {
        if (precision != Precision.F32) {
          dequantiser(precision, matrices);
        }
        for (int n : tokens) {
          products(precision, kernels, matrices, n);
        }
      }
      for (Matrix matrix : matrices) {
        matrix.free();
      }
    }
  }

  private static Matrix[] matrices(Precision precision, int out, int in) {
    Matrix[] matrices = new Matrix[Math.max(1, (1 << 28) / (out * in))];
    Random random = new Random(1);
    float[] row = new float[in];
    for (int i = 0; i < matrices.length; i++) {
      matrices[i] = new FusedBackend().allocate(precision, out, in);
      for (int r = 0; r < out; r++) {
        for (int j = 0; i == 0 && j < in; j++) {
          row[j] = (float) (0.02 * random.nextGaussian());
        }
        matrices[i].put(r * in, row, 0, in);
      }
    }
    return matrices;
  }

  private static void dequantiser(Precision precision, Matrix[] matrices) {
    try (Dequantiser dequantiser = new Dequantiser()) {
      Matrix first = matrices[0];
      int step = Math.max(4, (1 << 16) / first.cols() / 4 * 4);
      report(
          precision,
          "widening",
          0,
          matrices,
          matrix -> {
            for (int row = 0; row < matrix.rows(); row += step) {
              dequantiser.rows((QuantisedMatrix) matrix, row, Math.min(step, matrix.rows() - row));
            }
          });
    }
  }

  private static void products(Precision precision, Kernels kernels, Matrix[] matrices, int n) {
    Matrix x = new FusedBackend().allocate(n, matrices[0].cols());
    Matrix y = new FusedBackend().allocate(n, matrices[0].rows());
    report(
        precision, "forward", n, matrices, matrix -> kernels.timesTransposed(x, matrix, 1, 0, y));
    report(precision, "backward", n, matrices, matrix -> kernels.times(y, matrix, 1, 0, x));
    x.free();
    y.free();
  }

  private interface Work {
    void on(Matrix matrix);
  }

  private static void report(
      Precision precision, String what, int n, Matrix[] matrices, Work work) {
    double weights = (double) matrices[0].size();
    double best = Double.POSITIVE_INFINITY;
    // Enough of them that the best is of compiled code and comes from memory, few enough to end.
    int most = n > 64 ? 1 + matrices.length / 16 : matrices.length;
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      for (int m = 0; m < most; m++) {
        work.on(matrices[m]);
      }
      best = Math.min(best, (System.nanoTime() - start) / (weights * most));
    }
    Console.system()
        .line(
            String.format(
                Locale.ROOT,
                "%s %s, %d tokens, %d x %d: %.3f ns a weight",
                precision.label(),
                what,
                n,
                matrices[0].rows(),
                matrices[0].cols(),
                best));
  }
}
