package org.radllama.train.kernels;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * OpenBLAS's single-precision matrix products on one thread: {@code C (m, n) = alpha op(A) op(B) +
 * beta C} with an inner length of k.
 */
enum Gemm {
  /** A (m, k) and B (k, n) as they lie. */
  NN(openblas.CblasNoTrans, openblas.CblasNoTrans),
  /** B lies as (n, k). */
  NT(openblas.CblasNoTrans, openblas.CblasTrans),
  /** A lies as (k, m). */
  TN(openblas.CblasTrans, openblas.CblasNoTrans);

  static {
    // Threads are ours: two native ones on a busy machine made everything 4 to 20 times slower.
    openblas.blas_set_num_threads(1);
  }

  private final int first;
  private final int second;

  Gemm(int first, int second) {
    this.first = first;
    this.second = second;
  }

  /**
   * A matrix inside another.
   *
   * @param at its first element
   * @param stride elements between the beginnings of two rows
   */
  record Panel(FloatPointer at, int stride) {
    static Panel of(Matrix matrix) {
      return new Panel(HostMatrix.of(matrix).pointer(), matrix.cols());
    }

    static Panel of(Matrix matrix, int row, int col) {
      return new Panel(HostMatrix.of(matrix).at(row * matrix.cols() + col), matrix.cols());
    }

    /** The same from a later row and column on. */
    Panel at(int row, int col) {
      long offset = (long) row * stride + col;
      return offset == 0 ? this : new Panel(at.getPointer(offset), stride);
    }
  }

  /** OpenBLAS's bound on m n k for its small kernels. */
  private static final int MOST_PRODUCTS = 1_000_000;

  /** Its bound on m n for A B^T. */
  private static final int MOST_RESULTS = 1200;

  /**
   * Whether OpenBLAS has its small-matrix kernels here. It takes another processor's kernels where
   * the environment's OPENBLAS_CORETYPE names one.
   */
  private static final boolean AVX512 = hasAvx512();

  private static final int NARROW = 16;

  /** Columns up to which A B is computed in pieces, and the pieces' rows, columns and depth. */
  private static final int SLIM = 512;

  private static final int HIGH = 32;
  private static final int WIDE = 128;
  private static final int DEEP = 244;

  /** The product, cut into pieces where OpenBLAS would copy too much for what it computes. */
  void run(int m, int n, int k, float alpha, Panel a, Panel b, float beta, Panel c) {
    if ((long) m * n * k <= MOST_PRODUCTS || k < 32) {
      once(m, n, k, alpha, a, b, beta, c);
    } else if (this == NN && n > NARROW && n <= SLIM && AVX512) {
      new Pieces(this, HIGH, WIDE, DEEP).run(m, n, k, alpha, a, b, beta, c);
    } else if (this == TN && Math.min(m, n) <= NARROW) {
      int depth = Math.max(32, MOST_PRODUCTS / (m * n));
      new Pieces(this, m, n, depth).run(m, n, k, alpha, a, b, beta, c);
    } else if (this != TN && n <= NARROW) {
      int height = Math.max(8, Math.min(MOST_PRODUCTS / (n * k), MOST_RESULTS / n));
      new Pieces(this, height, n, k).run(m, n, k, alpha, a, b, beta, c);
    } else {
      once(m, n, k, alpha, a, b, beta, c);
    }
  }

  /**
   * A product by pieces of the result and of the inner length, which are added up in order. Small
   * ones need not be copied by OpenBLAS: a tenth faster for A B, several times for narrow results.
   */
  private record Pieces(Gemm how, int height, int width, int depth) {
    void run(int m, int n, int k, float alpha, Panel a, Panel b, float beta, Panel c) {
      for (int p = 0; p < k; p += depth) {
        int deep = Math.min(depth, k - p);
        float before = p == 0 ? beta : 1;
        for (int j = 0; j < n; j += width) {
          int wide = Math.min(width, n - j);
          Panel right = how == NT ? b.at(j, p) : b.at(p, j);
          for (int i = 0; i < m; i += height) {
            int high = Math.min(height, m - i);
            Panel left = how == TN ? a.at(p, i) : a.at(i, p);
            how.once(high, wide, deep, alpha, left, right, before, c.at(i, j));
          }
        }
      }
    }
  }

  private static boolean hasAvx512() {
    String lowered = System.getenv("OPENBLAS_CORETYPE");
    if (lowered != null && !lowered.matches("(?i)skylakex|cooperlake|sapphirerapids")) {
      return false;
    }
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)
          .contains("avx512vl");
    } catch (IOException e) {
      return false; // not Linux: what is slower there is still right
    }
  }

  /** The product by one call. */
  void once(int m, int n, int k, float alpha, Panel a, Panel b, float beta, Panel c) {
    try {
      openblas.cblas_sgemm(
          openblas.CblasRowMajor,
          first,
          second,
          m,
          n,
          k,
          alpha,
          a.at,
          a.stride,
          b.at,
          b.stride,
          beta,
          c.at,
          c.stride);
    } finally {
      // A pointer is the owner of its memory, or holds on to the owner.
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(b);
      Reference.reachabilityFence(c);
    }
  }

  /** {@code y (m) = alpha A (m, n) x (n) + beta y}, or {@code y (n) = alpha A^T x (m) + beta y}. */
  static void vector(
      boolean transposed,
      int m,
      int n,
      float alpha,
      Panel a,
      FloatPointer x,
      float beta,
      FloatPointer y) {
    int how = transposed ? openblas.CblasTrans : openblas.CblasNoTrans;
    try {
      openblas.cblas_sgemv(
          openblas.CblasRowMajor, how, m, n, alpha, a.at, a.stride, x, 1, beta, y, 1);
    } finally {
      Reference.reachabilityFence(a);
      Reference.reachabilityFence(x);
      Reference.reachabilityFence(y);
    }
  }
}
