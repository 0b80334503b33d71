package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;

/** Who computes a product of many rows: {@link Gemm#run}, or something like it. */
@FunctionalInterface
interface Products {
  /** As they are, in f32. */
  Products EXACT = Gemm::run;

  /** {@code C (m, n) = alpha op(A) op(B) + beta C} with an inner length of k. */
  void run(
      Gemm how, int m, int n, int k, float alpha, Panel a, Panel b, float beta, Panel c);
}
