package org.radllama.train.engine;

import java.io.Serializable;

/**
 * A micro-batch's loss and gradient, not yet divided by the number of target tokens, so that parts
 * add up to the whole batch.
 *
 * @param sum the loss
 * @param gradient gradient of {@link LossSum#loss()} by the flat trainable vector
 */
public record GradientSum(LossSum sum, float[] gradient) implements Serializable {
  /** Adds another part into this one's gradient array and returns the joint sum. */
  public GradientSum add(GradientSum other) {
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] += other.gradient[i];
    }
    return new GradientSum(sum.plus(other.sum), gradient);
  }
}
