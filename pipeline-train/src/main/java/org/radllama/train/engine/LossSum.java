package org.radllama.train.engine;

/**
 * A micro-batch's loss, not yet divided.
 *
 * @param loss sum of the negative log-likelihoods of the target tokens, in nats
 * @param targetTokens how many tokens that sum covers
 */
public record LossSum(double loss, long targetTokens) {
  /** The sum of two parts. */
  public LossSum plus(LossSum other) {
    return new LossSum(loss + other.loss, targetTokens + other.targetTokens);
  }
}
