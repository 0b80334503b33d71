package org.radllama.eval.predict;

/**
 * One report under evaluation.
 *
 * @param id the example's id in its dataset, or in the imported files
 * @param dataset the corpus it comes from, {@code imported} when no dataset is given
 * @param split the split's label, {@code none} when no dataset is given
 * @param findings what the systems saw; empty when no dataset is given
 * @param reference the radiologist's impression
 * @param label {@code normal}, {@code abnormal} or {@code unknown}
 */
public record EvaluationItem(
    String id, String dataset, String split, String findings, String reference, String label) {

  /** Report text is patient data, so this names the item only. */
  @Override
  public String toString() {
    return "EvaluationItem[id=%s, dataset=%s, split=%s]".formatted(id, dataset, split);
  }
}
