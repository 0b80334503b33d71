package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.radllama.random.CounterRandom;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * Products of many rows in which a row's bits depend on that row and its place in a block alone.
 * OpenBLAS's kernels for {@code A B^T} take some rows of A at a time, which they do not all sum in
 * the same order, and fewer at the end. So this holds for whole blocks of as many rows as they
 * take, if it holds at all: how many that are is tried once on this processor.
 */
final class RowBlock {
  /** Rows of a block, or 0 where rows depend on others whatever one does. */
  static final int ROWS =
      IntStream.of(12, 24, 48)
          .filter(rows -> alike(rows, 301, 330) && alike(rows, 132, 1100))
          .findFirst()
          .orElse(0);

  private static final int BLOCKS = 8;

  private RowBlock() {}

  /**
   * Whether blocks of rows times a matrix (n, k) transposed are such products. They are not where
   * the number of rows decides by which of its ways OpenBLAS goes.
   */
  static boolean fits(int n, int k) {
    int rest = n % Kernels.PANEL_ROWS;
    int least = rest == 0 ? Kernels.PANEL_ROWS : rest;
    return ROWS == 0 || (least > Gemm.NARROW && (long) ROWS * least * k > Gemm.MOST_PRODUCTS);
  }

  /** Whether 1 to 8 times the same rows, below one another, give as often the same results. */
  private static boolean alike(int rows, int n, int k) {
    HostMatrix x = HostMatrix.allocate(BLOCKS * rows, k);
    HostMatrix w = HostMatrix.allocate(n, k);
    HostMatrix y = HostMatrix.allocate(BLOCKS * rows, n);
    try {
      float[] block = random(rows * k, 1);
      for (int i = 0; i < BLOCKS; i++) {
        x.put(i * block.length, block, 0, block.length);
      }
      w.put(0, random(n * k, 2), 0, n * k);
      float[] once = product(x.rows(0, rows), w, y.rows(0, rows));
      return IntStream.rangeClosed(2, BLOCKS)
          .mapToObj(count -> product(x.rows(0, count * rows), w, y.rows(0, count * rows)))
          .allMatch(all -> repeats(all, once));
    } finally {
      x.free();
      w.free();
      y.free();
    }
  }

  private static float[] product(HostMatrix x, HostMatrix w, HostMatrix y) {
    Gemm.NT.once(x.rows(), w.rows(), x.cols(), 1, Panel.of(x), Panel.of(w), 0, Panel.of(y));
    return y.toArray();
  }

  private static boolean repeats(float[] all, float[] once) {
    int n = once.length;
    return IntStream.range(0, all.length / n)
        .allMatch(i -> Arrays.equals(all, i * n, (i + 1) * n, once, 0, n));
  }

  private static float[] random(int count, long seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (CounterRandom.key(seed, i) >> 40) * 0x1p-24f;
    }
    return values;
  }
}
