package org.radllama.train.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.radllama.run.Console;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * Products with weights on one thread, by shape: what generation uses (oneDNN on packed weights),
 * what training uses (either way round), one call of OpenBLAS, and torch where the property {@code
 * radllama.python} names a Python that has it. A main, not a test. A shape's weights are there
 * often enough not to stay in a cache, as in a model.
 *
 * <pre>
 * ProductBenchmark OUTxIN,... ROWS,...
 * </pre>
 *
 * Prints GFLOP/s, and for few rows GB/s of weights as well.
 */
final class ProductBenchmark {
  private static final long BYTES = 100L << 20;
  private static final int TRIES = 5;
  private static final int FEW = 16;
  private static final Console OUT = Console.system();

  private ProductBenchmark() {}

  public static void main(String[] args) throws Exception {
    for (String shape : args[0].split(",")) {
      int[] sizes = IntStream.of(0, 1).map(i -> Integer.parseInt(shape.split("x")[i])).toArray();
      for (String rows : args[1].split(",")) {
        ours(sizes[0], sizes[1], Integer.parseInt(rows));
        if (System.getProperty("radllama.python") != null) {
          torch(sizes[0], sizes[1], Integer.parseInt(rows));
        }
      }
    }
  }

  private static void ours(int out, int in, int rows) {
    HostMatrix x = filled(rows, in);
    HostMatrix y = HostMatrix.allocate(rows, out);
    try (Kernels kernels = new FusedBackend().kernels()) {
      for (Precision precision : List.of(Precision.F32, Precision.BF16, Precision.INT8)) {
        try (Arena arena = new FusedBackend().arena()) {
          List<Matrix> packed = new ArrayList<>();
          for (int i = copies(out, in); i > 0; i--) {
            packed.add(new FusedBackend().forward(precision, out, in, arena));
            fill(packed.get(packed.size() - 1));
          }
          report(
              "generation, " + precision.label(),
              best(packed, w -> kernels.eachTimesTransposed(x, w, 1, 0, y)),
              out,
              in,
              rows,
              Integer.BYTES / precision.perWord());
          packed.forEach(Matrix::free);
        }
      }
      List<Matrix> plain = new ArrayList<>();
      for (int i = copies(out, in); i > 0; i--) {
        plain.add(filled(out, in));
      }
      double there = best(plain, w -> kernels.timesTransposed(x, w, 1, 0, y));
      double once =
          best(
              plain, w -> Gemm.NT.once(rows, out, in, 1, Panel.of(x), Panel.of(w), 0, Panel.of(y)));
      report("training, forward", there, out, in, rows, Float.BYTES);
      if (rows > FEW) {
        double back = best(plain, w -> kernels.times(y, w, 1, 0, x));
        report("training, backward", back, out, in, rows, Float.BYTES);
      }
      report("OpenBLAS", once, out, in, rows, Float.BYTES);
      plain.forEach(Matrix::free);
    } finally {
      x.free();
      y.free();
    }
  }

  private static int copies(int out, int in) {
    return (int) Math.max(1, BYTES / ((long) out * in * Float.BYTES));
  }

  private static HostMatrix filled(int rows, int cols) {
    HostMatrix matrix = HostMatrix.allocate(rows, cols);
    fill(matrix);
    return matrix;
  }

  private static void fill(Matrix matrix) {
    float[] row = new float[matrix.cols()];
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) Math.sin(i + j);
      }
      matrix.put(i * row.length, row, 0, row.length);
    }
  }

  private interface Work {
    void with(Matrix w);
  }

  /** Seconds for one product, the best of some tries. */
  private static double best(List<Matrix> weights, Work work) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      weights.forEach(work::with);
      best = Math.min(best, (System.nanoTime() - start) / 1e9 / weights.size());
    }
    return best;
  }

  private static void report(String who, double seconds, int out, int in, int rows, int width) {
    double weights = (double) out * in;
    String rate = String.format(Locale.ROOT, "%6.1f GFLOP/s", 2e-9 * rows * weights / seconds);
    if (rows <= FEW) {
      rate += String.format(Locale.ROOT, " %6.1f GB/s", width * weights / seconds / 1e9);
    }
    OUT.result(String.format(Locale.ROOT, "%6d x %-12s %-18s %s", rows, out + "x" + in, who, rate));
  }

  private static void torch(int out, int in, int rows) throws IOException, InterruptedException {
    ProcessBuilder python =
        new ProcessBuilder(
            System.getProperty("radllama.python"),
            "src/test/scripts/product_peer.py",
            String.valueOf(rows),
            String.valueOf(out),
            String.valueOf(in),
            String.valueOf(copies(out, in)),
            String.valueOf(TRIES));
    Process process = python.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String seconds = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() == 0) {
      report("torch", Double.parseDouble(seconds.strip()), out, in, rows, Float.BYTES);
    }
  }
}
