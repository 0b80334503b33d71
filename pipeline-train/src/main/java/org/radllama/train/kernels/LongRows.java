package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * How long a row of weights may be that {@link OneDnn} multiplies at once. Version 3.11 cuts long
 * rows into pieces by the processor's caches, and by how many rows of x there are: then a row's
 * bits depend on the others, and weights of 16 bits are multiplied wrongly (with AVX2 alone from
 * 1,025 on, with AMX from 513 on). So lengths up to those of large models are tried once for each
 * kind of weights, and rows longer than what is right are multiplied in parts.
 */
final class LongRows {
  /** From the longest rows of today's models down to where rows have been cut, and below. */
  private static final int[] TRIED = {33_000, 16_384, 8192, 4096, 2048, 1024, 512, 256, 128, 64};

  /** Rows of x: one alone, few, and more than a tile of a matrix unit holds. */
  private static final int[] TOGETHER = {120, 40, 17, 3, 2, 1};

  private static final int OUT = 64;

  /** Sums of products of numbers below a half: where a piece is wrong, many are further off. */
  private static final double TOLERANCE = 1e-2;

  private static final Map<Precision, Integer> PACKED = new ConcurrentHashMap<>();
  private static final int PLAIN = longest(LongRows::plainIsRight);

  private LongRows() {}

  /** Elements of packed weights that are multiplied at a time; 0 where no product is right. */
  static int of(Precision precision) {
    return PACKED.computeIfAbsent(precision, p -> longest(cols -> packedIsRight(p, cols)));
  }

  /** Elements of floats, row by row, that are multiplied at a time; 0 as above. */
  static int plain() {
    return PLAIN;
  }

  /** Up to the shortest length that is not right; those above it are not trusted either. */
  private static int longest(IntPredicate isRight) {
    int right = 0;
    for (int i = TRIED.length - 1; i >= 0; i--) {
      if (!isRight.test(TRIED[i])) {
        return right;
      }
      right = TRIED[i];
    }
    return Integer.MAX_VALUE;
  }

  private static boolean plainIsRight(int cols) {
    float[] values = random(OUT * cols, 1);
    HostMatrix w = HostMatrix.allocate(OUT, cols);
    try {
      w.put(0, values, 0, values.length);
      return isRight(OneDnn.Weights.of(w), values);
    } finally {
      w.free();
    }
  }

  private static boolean packedIsRight(Precision precision, int cols) {
    try (HostArena arena = new HostArena()) {
      PackedPart w = new PackedPart(precision, OUT, cols, OUT, arena);
      try {
        w.put(0, OUT, random(OUT * cols, 1), 0, cols, 0);
        float[] held = new float[OUT * cols];
        for (int row = 0; row < OUT; row++) {
          w.row(row, held, row * cols);
        }
        return isRight(w.piece(0), held);
      } finally {
        w.free();
      }
    }
  }

  private static boolean isRight(OneDnn.Weights w, float[] values) {
    int most = TOGETHER[0];
    HostMatrix x = HostMatrix.allocate(most, w.k());
    HostMatrix y = HostMatrix.allocate(most, OUT);
    try {
      float[] in = random(most * w.k(), 2);
      x.put(0, in, 0, in.length);
      float[] all = null;
      for (int rows : TOGETHER) {
        int from = most - rows;
        OneDnn.atOnce(rows, Panel.of(x, from, 0), w, 1, 0, Panel.of(y));
        float[] some = y.rows(0, rows).toArray();
        if (all == null) {
          all = some;
        } else if (!Arrays.equals(some, 0, rows * OUT, all, from * OUT, most * OUT)) {
          return false;
        }
      }
      return isProduct(in, 0, values, all, 0) && isProduct(in, most - 1, values, all, most - 1);
    } finally {
      x.free();
      y.free();
    }
  }

  /** Whether a row of the result is what doubles give. */
  private static boolean isProduct(float[] in, int inRow, float[] w, float[] out, int outRow) {
    int cols = w.length / OUT;
    for (int i = 0; i < OUT; i++) {
      double sum = 0;
      for (int j = 0; j < cols; j++) {
        sum += (double) in[inRow * cols + j] * w[i * cols + j];
      }
      if (!(Math.abs(sum - out[outRow * OUT + i]) < TOLERANCE)) {
        return false;
      }
    }
    return true;
  }

  /** Numbers from -0.5 to 0.5 to try products with. */
  static float[] random(int count, long seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) CounterRandom.unit(seed, i) - 0.5f;
    }
    return values;
  }
}
