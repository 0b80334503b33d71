package org.radllama.eval.report;

import java.util.List;

/**
 * What Radiology-Llama2 (arXiv 2309.06419) reports: ROUGE of its own splits, which were not
 * published, by a scorer that it does not name. So the rows stand beside ours and compare with
 * none.
 *
 * @param dataset the corpus as our files name it
 * @param name how the table shows the row
 * @param rouge1 mean F
 * @param rouge2 mean F
 * @param rougeL mean F
 */
record PublishedFigures(String dataset, String name, double rouge1, double rouge2, double rougeL) {
  private static final List<PublishedFigures> ALL =
      List.of(
          new PublishedFigures("mimic-cxr", "Radiology-Llama2, MIMIC-CXR", 0.4834, 0.3240, 0.4427),
          new PublishedFigures("openi", "Radiology-Llama2, OpenI", 0.4185, 0.2569, 0.4087));

  /** The rows to show beside a corpus: its own, or all if the paper has not used it. */
  static List<PublishedFigures> beside(String dataset) {
    List<PublishedFigures> own = ALL.stream().filter(f -> f.dataset().equals(dataset)).toList();
    return own.isEmpty() ? ALL : own;
  }
}
