package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;

/** Who computes a product of many rows: {@link Gemm#run}, or something like it. */
@FunctionalInterface
interface Products {
  /** As they are, in f32. */
  Products EXACT =
      (how, size, alpha, a, b, beta, c) -> how.run(size.m, size.n, size.k, alpha, a, b, beta, c);

  /** C is (m, n); the inner length is k. */
  record Size(int m, int n, int k) {
    int least() {
      return Math.min(m, Math.min(n, k));
    }
  }

  /** {@code C = alpha op(A) op(B) + beta C}. */
  void run(Gemm how, Size size, float alpha, Panel a, Panel b, float beta, Panel c);
}
