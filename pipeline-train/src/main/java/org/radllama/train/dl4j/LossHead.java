package org.radllama.train.dl4j;

import org.radllama.train.dl4j.DecoderBlock.Tools;
import org.radllama.train.dl4j.Linear.Trainable;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;

/**
 * The last RMSNorm, the output head and the cross entropy, over the target rows only and a few of
 * them at a time, so that no matrix of all tokens by the whole vocabulary ever exists.
 *
 * @param gain of the last norm, (hidden)
 * @param table the output head or the tied embedding, (vocabulary, hidden)
 */
record LossHead(double eps, Trainable gain, Trainable table) {
  /**
   * Sum of the negative log-likelihoods of the pass's targets.
   *
   * @param x the last block's output of the wanted rows (M, hidden)
   * @param dx receives its gradient, or null for the loss alone
   */
  double loss(Pass pass, Tools t, Matrix x, Matrix dx) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    Arena.Mark mark = arena.mark();
    int m = x.rows();
    Matrix norm = arena.take(m, x.cols());
    Matrix inverse = arena.takeExact(m, 1);
    kernels.rmsNorm(x, gain.value(), eps, norm, inverse);
    Matrix dnorm = dx == null ? null : arena.take(m, x.cols());
    int step = Math.max(1, Math.min(m, kernels.logitsAtOnce() / table.value().rows()));
    Matrix logits = arena.take(step, table.value().rows());
    double loss = 0;
    for (int from = 0; from < m; from += step) {
      int count = Math.min(step, m - from);
      loss += part(pass, kernels, logits.rows(0, count), norm.rows(from, count), from, dnorm);
    }
    if (dx != null) {
      dx.zero();
      kernels.rmsNormBackward(x, gain.value(), inverse, dnorm, dx, gain.gradient());
    }
    arena.release(mark);
    return loss;
  }

  private double part(
      Pass pass, Kernels kernels, Matrix logits, Matrix norm, int from, Matrix dnorm) {
    int[] ids = new int[norm.rows()];
    System.arraycopy(pass.targetIds(), from, ids, 0, ids.length);
    kernels.timesTransposed(norm, table.value(), 1, 0, logits);
    double loss = kernels.crossEntropy(logits, ids, dnorm != null);
    if (dnorm != null) {
      kernels.times(logits, table.value(), 1, 0, dnorm.rows(from, ids.length));
      if (table.gradient() != null) {
        kernels.addTransposedTimes(logits, norm, 1, table.gradient());
      }
    }
    return loss;
  }

  /** Logits (M, vocabulary) of the last block's output (M, hidden); in the arena. */
  Matrix logits(Tools t, Matrix x) {
    Kernels kernels = t.kernels();
    Arena arena = t.arena();
    Matrix norm = arena.take(x.rows(), x.cols());
    Matrix inverse = arena.takeExact(x.rows(), 1);
    Matrix logits = arena.take(x.rows(), table.value().rows());
    kernels.rmsNorm(x, gain.value(), eps, norm, inverse);
    kernels.eachTimesTransposed(norm, table.value(), 1, 0, logits);
    return logits;
  }
}
