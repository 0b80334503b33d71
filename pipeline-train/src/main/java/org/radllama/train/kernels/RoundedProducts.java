package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;

/**
 * Products whose factors are rounded to bf16 (8 bits of precision) as they are multiplied, and
 * whose sums stay f32: what PyTorch calls a float32 matmul precision of "medium". oneDNN computes
 * them with a processor's matrix units (AMX) or bf16 instructions; on processors without either it
 * takes the factors as they are. Narrow products, where rounding costs more than it saves, are
 * {@link Products#EXACT}, and so are all where oneDNN's are found to be wrong.
 */
final class RoundedProducts implements Products {
  /** The least rows, columns and inner length. */
  private static final int LEAST = 16;

  /** Inner lengths that are tried: those that oneDNN may cut into pieces too. */
  private static final int[] TRIED = {64, 576, 1536, 5000};

  private static final int ROWS = 33;
  private static final int COLS = 48;

  private static final boolean RIGHT = isRight();

  /** Whether oneDNN's rounded products are right on this processor. */
  static boolean right() {
    return RIGHT;
  }

  @Override
  public void run(Gemm how, Size size, float alpha, Panel a, Panel b, float beta, Panel c) {
    if (RIGHT && size.least() >= LEAST) {
      OneDnn.rounded(how, size, alpha, a, b, beta, c);
    } else {
      EXACT.run(how, size, alpha, a, b, beta, c);
    }
  }

  private static boolean isRight() {
    for (Gemm how : Gemm.values()) {
      for (int k : TRIED) {
        if (!isRight(how, k)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Beside OpenBLAS: rounding may move a sum by some 2^-9 of the length of its factors. */
  private static boolean isRight(Gemm how, int k) {
    HostMatrix a = random(ROWS * k, 1);
    HostMatrix b = random(COLS * k, 2);
    HostMatrix exact = random(ROWS * COLS, 3);
    HostMatrix rounded = random(ROWS * COLS, 3);
    try {
      Panel left = new Panel(a.pointer(), how == Gemm.TN ? ROWS : k);
      Panel right = new Panel(b.pointer(), how == Gemm.NT ? k : COLS);
      Size size = new Size(ROWS, COLS, k);
      EXACT.run(how, size, 0.5f, left, right, 1, new Panel(exact.pointer(), COLS));
      OneDnn.rounded(how, size, 0.5f, left, right, 1, new Panel(rounded.pointer(), COLS));
      float[] expected = exact.toArray();
      float[] seen = rounded.toArray();
      double bound = 1e-3 * Math.sqrt(k);
      for (int i = 0; i < seen.length; i++) {
        if (!(Math.abs(seen[i] - expected[i]) < bound)) {
          return false;
        }
      }
      return true;
    } finally {
      a.free();
      b.free();
      exact.free();
      rounded.free();
    }
  }

  private static HostMatrix random(int count, long seed) {
    HostMatrix matrix = HostMatrix.allocate(1, count);
    matrix.put(0, LongRows.random(count, seed), 0, count);
    return matrix;
  }
}
