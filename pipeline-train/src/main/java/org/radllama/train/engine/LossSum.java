package org.radllama.train.engine;

import java.io.Serializable;

/**
 * A micro-batch's loss, not yet divided.
 *
 * @param loss sum of the negative log-likelihoods of the target tokens, in nats
 * @param targetTokens how many tokens that sum covers
 */
public record LossSum(double loss, long targetTokens) implements Serializable {
  /** The sum of two parts. */
  public LossSum plus(LossSum other) {
    return new LossSum(loss + other.loss, targetTokens + other.targetTokens);
  }
}
