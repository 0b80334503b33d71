package org.radllama.train.kernels;

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
    static Panel of(Mat mat) {
      return new Panel(HostMat.of(mat).pointer(), mat.cols());
    }

    static Panel of(Mat mat, int row, int col) {
      return new Panel(HostMat.of(mat).at(row * mat.cols() + col), mat.cols());
    }
  }

  void run(int m, int n, int k, float alpha, Panel a, Panel b, float beta, Panel c) {
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
  }

  /** {@code y (m) = alpha A (m, n) x (n) + beta y}. */
  static void vector(
      int m, int n, float alpha, Panel a, FloatPointer x, float beta, FloatPointer y) {
    vector(openblas.CblasNoTrans, m, n, alpha, a, x, beta, y);
  }

  /** {@code y (n) = alpha A (m, n)^T x (m) + beta y}. */
  static void vectorTransposed(
      int m, int n, float alpha, Panel a, FloatPointer x, float beta, FloatPointer y) {
    vector(openblas.CblasTrans, m, n, alpha, a, x, beta, y);
  }

  private static void vector(
      int how, int m, int n, float alpha, Panel a, FloatPointer x, float beta, FloatPointer y) {
    openblas.cblas_sgemv(
        openblas.CblasRowMajor, how, m, n, alpha, a.at, a.stride, x, 1, beta, y, 1);
  }
}
