package org.radllama.train.dl4j;

import org.radllama.train.dl4j.Linear.Call;
import org.radllama.train.dl4j.Linear.Trainable;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.RotaryTable;

/**
 * Queries or keys: a projection (N, heads * headSize), RMSNorm of each head where the model has it
 * (Qwen 3, arXiv 2505.09388), and the rotation.
 *
 * @param gain of the heads' norm, (head size); or null where there is none
 */
record RotatedHeads(Linear projection, Trainable gain, int headSize, double eps) {

  /**
   * What the backward pass needs of the norm; empty without one.
   *
   * @param projected its input (N, heads * headSize)
   * @param inverse its factors (N * heads, 1)
   */
  record Kept(Matrix projected, Matrix inverse) {}

  int out() {
    return projection.out();
  }

  int heads() {
    return projection.out() / headSize;
  }

  /** Overwrites y (N, out); what is kept lies in the arena. */
  Kept forward(Call call, RotaryTable rotary, Matrix x, Matrix y) {
    Kernels kernels = call.kernels();
    Kept kept = new Kept(null, null);
    if (gain == null) {
      projection.forward(call, x, y);
    } else {
      Matrix projected = call.arena().take(y.rows(), y.cols());
      Matrix inverse = call.arena().takeExact(y.rows() * heads(), 1);
      projection.forward(call, x, projected);
      kernels.rmsNorm(each(projected), gain.value(), eps, each(y), inverse);
      kept = new Kept(projected, inverse);
    }
    kernels.rotate(y, heads(), rotary, call.rows(), false);
    return kept;
  }

  /** A row for each head. */
  private Matrix each(Matrix all) {
    return all.shaped(all.rows() * heads(), headSize);
  }

  /** See {@link Linear#backward}; destroys {@code dy}. */
  void backward(
      Call call, RotaryTable rotary, Matrix x, Kept kept, Matrix dy, Matrix dx, float beta) {
    Kernels kernels = call.kernels();
    kernels.rotate(dy, heads(), rotary, call.rows(), true);
    if (gain == null) {
      projection.backward(call, x, dy, dx, beta);
      return;
    }
    Matrix dprojected = call.arena().take(dy.rows(), dy.cols());
    dprojected.zero();
    kernels.rmsNormBackward(
        each(kept.projected),
        gain.value(),
        kept.inverse,
        each(dy),
        each(dprojected),
        gain.gradient());
    projection.backward(call, x, dprojected, dx, beta);
  }
}
