package org.radllama.eval.rouge;

/**
 * One pair's score, each in [0, 1].
 *
 * @param precision hits by the prediction's units
 * @param recall hits by the target's units
 * @param fmeasure their harmonic mean, 0 if both are 0
 */
public record RougeScore(double precision, double recall, double fmeasure) {

  /** Evaluated in this order: others differ from rouge_score in the last bit. */
  static double fmeasure(double precision, double recall) {
    return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0.0;
  }
}
