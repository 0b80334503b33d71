package org.radllama.eval.predict;

import org.radllama.train.kernels.Precision;

/**
 * How models write: greedily, until the end token or the limit.
 *
 * @param maxNewTokens at most so many tokens, at least 1
 * @param maxLength longest prompt and impression in tokens, as in training; 0: as the adapter says,
 *     else as the model can
 * @param batchSize prompts that one task continues together, at least 1
 * @param engine auto, dl4j or cuda
 * @param kernels auto, fused or ndarray
 * @param basePrecision how the executors hold the base
 */
public record Generation(
    int maxNewTokens,
    int maxLength,
    int batchSize,
    String engine,
    String kernels,
    Precision basePrecision) {

  /**
   * Tokens that a prompt keeps free for its impression: the limit of new tokens, but at most a
   * quarter of the length, so that a generous limit takes no findings away. Longer impressions go
   * beyond the length, never beyond what the model can.
   */
  int reserved(int length) {
    return Math.min(maxNewTokens, Math.max(1, length / 4));
  }
}
