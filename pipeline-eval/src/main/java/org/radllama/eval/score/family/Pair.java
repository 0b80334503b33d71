package org.radllama.eval.score.family;

import static org.radllama.text.Format.format;

import java.util.List;

/**
 * What is scored.
 *
 * @param references the radiologists' impressions, at least one
 * @param prediction the system's
 * @param findings what the system saw; empty if unknown
 * @param imported scores from elsewhere, NaN where there is none
 */
public record Pair(List<String> references, String prediction, String findings, double[] imported) {
  /** Report text is patient data, so only lengths are shown. */
  @Override
  public String toString() {
    return format("Pair[prediction=%d chars]", prediction.length());
  }
}
