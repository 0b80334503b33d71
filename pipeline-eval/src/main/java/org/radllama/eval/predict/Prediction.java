package org.radllama.eval.predict;

import java.io.Serializable;

/**
 * What one system wrote for one report: a line of {@code predictions.jsonl}.
 *
 * @param id the report
 * @param dataset its corpus
 * @param split its split
 * @param system who wrote it
 * @param prediction the impression written
 * @param reference the radiologist's impression
 */
public record Prediction(
    String id, String dataset, String split, String system, String prediction, String reference)
    implements Serializable {

  /** Report text is patient data, so this names the prediction only. */
  @Override
  public String toString() {
    return "Prediction[id=%s, dataset=%s, split=%s, system=%s]"
        .formatted(id, dataset, split, system);
  }
}
