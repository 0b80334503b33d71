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
      Mat[] mats = matrices(precision, out, in);
      try (Kernels kernels = Backend.FUSED.kernels()) {
        if (precision != Precision.F32) {
          widening(precision, mats);
        }
        for (int n : tokens) {
          products(precision, kernels, mats, n);
        }
      }
      for (Mat mat : mats) {
        mat.free();
      }
    }
  }

  private static Mat[] matrices(Precision precision, int out, int in) {
    Mat[] mats = new Mat[Math.max(1, (1 << 28) / (out * in))];
    Random random = new Random(1);
    float[] row = new float[in];
    for (int i = 0; i < mats.length; i++) {
      mats[i] = Backend.FUSED.allocate(precision, out, in);
      for (int r = 0; r < out; r++) {
        for (int j = 0; i == 0 && j < in; j++) {
          row[j] = (float) (0.02 * random.nextGaussian());
        }
        mats[i].put(r * in, row, 0, in);
      }
    }
    return mats;
  }

  private static void widening(Precision precision, Mat[] mats) {
    try (Widening widening = new Widening()) {
      Mat first = mats[0];
      int step = Math.max(4, (1 << 16) / first.cols() / 4 * 4);
      report(
          precision,
          "widening",
          0,
          mats,
          mat -> {
            for (int row = 0; row < mat.rows(); row += step) {
              widening.rows((ReducedMat) mat, row, Math.min(step, mat.rows() - row));
            }
          });
    }
  }

  private static void products(Precision precision, Kernels kernels, Mat[] mats, int n) {
    Mat x = Backend.FUSED.allocate(n, mats[0].cols());
    Mat y = Backend.FUSED.allocate(n, mats[0].rows());
    report(precision, "forward", n, mats, mat -> kernels.timesTransposed(x, mat, 1, 0, y));
    report(precision, "backward", n, mats, mat -> kernels.times(y, mat, 1, 0, x));
    x.free();
    y.free();
  }

  private interface Work {
    void on(Mat mat);
  }

  private static void report(Precision precision, String what, int n, Mat[] mats, Work work) {
    double weights = (double) mats[0].size();
    double best = Double.POSITIVE_INFINITY;
    // Enough of them that the best is of compiled code and comes from memory, few enough to end.
    int most = n > 64 ? 1 + mats.length / 16 : mats.length;
    for (int i = 0; i < REPEATS; i++) {
      long start = System.nanoTime();
      for (int m = 0; m < most; m++) {
        work.on(mats[m]);
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
                mats[0].rows(),
                mats[0].cols(),
                best));
  }
}
