package org.radllama.eval.predict;

import static org.radllama.text.Format.format;

import org.radllama.failure.BadSettingException;

/**
 * Which train reports support the consensus on a report, and how much each counts: the {@code
 * count} with the most similar findings, each with a weight in proportion to {@code exp(sharpness *
 * similarity)}.
 *
 * @param count at least 1
 * @param sharpness finite, at least 0; 0 lets all count alike
 */
public record Neighbours(int count, double sharpness) {
  public Neighbours {
    if (count < 1) {
      throw new BadSettingException(format("neighbours.count is %d, must be at least 1", count));
    }
    if (!(sharpness >= 0 && sharpness < Double.POSITIVE_INFINITY)) {
      throw new BadSettingException(
          "neighbours.sharpness is %s, must be finite and at least 0".formatted(sharpness));
    }
  }

  /**
   * The weights, in sum 1.
   *
   * @param similarities in [0, 1], the highest first; at least one
   */
  double[] weights(double[] similarities) {
    double[] weights = new double[similarities.length];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(sharpness * (similarities[i] - similarities[0]));
      total += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= total;
    }
    return weights;
  }

  /** For signatures. */
  String label() {
    return format("neighbours=%d,sharpness=%s", count, sharpness);
  }
}
