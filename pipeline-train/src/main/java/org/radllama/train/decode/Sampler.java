package org.radllama.train.decode;

import java.util.stream.IntStream;
import org.radllama.train.engine.Decoding;

/** Draws a token as {@link Decoding.Sampling} says. */
record Sampler(Decoding.Sampling how) {

  /**
   * The token that a number falls on when the kept tokens' probabilities lie side by side in the
   * order of their ids.
   *
   * @param weights from {@link #weights}
   * @param unit in [0, 1)
   */
  static int draw(double[] weights, double unit) {
    double total = 0;
    int last = 0;
    for (int id = 0; id < weights.length; id++) {
      total += weights[id];
      last = weights[id] > 0 ? id : last;
    }
    Ranking.requireFinite(total);
    double below = 0;
    for (int id = 0; id < last; id++) {
      below += weights[id];
      if (unit * total < below) {
        return id;
      }
    }
    return last;
  }

  /** For each token a number in proportion to its probability, 0 where it is not kept. */
  double[] weights(float[] logits) {
    float max = logits[Ranking.largest(logits)];
    int[] kept = topK(logits);
    double[] weights = new double[logits.length];
    double total = 0;
    for (int id : kept) {
      weights[id] = Math.exp((logits[id] - (double) max) / how.temperature());
      total += weights[id];
    }
    if (how.topP() < 1) {
      dropLeastLikely(logits, kept, weights, total);
    }
    return weights;
  }

  private int[] topK(float[] logits) {
    if (how.topK() == 0 || how.topK() >= logits.length) {
      return IntStream.range(0, logits.length).toArray();
    }
    float least = logits[Ranking.largest(logits, how.topK())[how.topK() - 1]];
    return IntStream.range(0, logits.length).filter(id -> logits[id] >= least).toArray();
  }

  private void dropLeastLikely(float[] logits, int[] kept, double[] weights, double total) {
    int[] ascending = Ranking.ascending(logits, kept);
    // In single precision as transformers, so that probabilities of few digits add up as there.
    float sum = 0;
    for (int i = 0; i < ascending.length - 1; i++) {
      sum += (float) (weights[ascending[i]] / total);
      if (sum > (float) (1 - how.topP())) {
        return;
      }
      weights[ascending[i]] = 0;
    }
  }
}
