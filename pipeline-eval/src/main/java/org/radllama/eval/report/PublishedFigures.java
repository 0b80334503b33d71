package org.radllama.eval.report;

import java.util.List;

/**
 * Figures that others published, as mean ROUGE F. They stand beside ours and compare with none
 * unless the split is the same, which {@code note} tells. NaN where a figure was not published.
 *
 * @param dataset the corpus as our files name it
 * @param name how the table shows the row
 * @param rouge1 mean F
 * @param rouge2 mean F
 * @param rougeL mean F
 * @param note where it is from, on which split
 */
record PublishedFigures(
    String dataset, String name, double rouge1, double rouge2, double rougeL, String note) {
  private static final String OWN_SPLIT = "arXiv 2309.06419, split not published";
  private static final String SAMPLE = "arXiv 2309.07430, 250 reports drawn at random";

  private static final List<PublishedFigures> ALL =
      List.of(
          new PublishedFigures(
              "mimic-cxr", "Radiology-Llama2, MIMIC-CXR", 0.4834, 0.3240, 0.4427, OWN_SPLIT),
          new PublishedFigures(
              "openi", "Radiology-Llama2, OpenI", 0.4185, 0.2569, 0.4087, OWN_SPLIT),
          new PublishedFigures(
              "openi",
              "ImpressionGPT, OpenI",
              Double.NaN,
              Double.NaN,
              0.654,
              "arXiv 2309.07430, table A2; its split is 2,843 / 576"),
          new PublishedFigures(
              "mimic-cxr",
              "ImpressionGPT, MIMIC-CXR",
              Double.NaN,
              Double.NaN,
              0.479,
              "arXiv 2309.07430, table A2; another split"),
          new PublishedFigures(
              "openi", "GPT-4 in context, OpenI", Double.NaN, Double.NaN, 0.682, SAMPLE),
          new PublishedFigures(
              "mimic-cxr", "GPT-4 in context, MIMIC-CXR", Double.NaN, Double.NaN, 0.538, SAMPLE));

  /** The rows to show beside a corpus: its own, or all if nobody has used it. */
  static List<PublishedFigures> beside(String dataset) {
    List<PublishedFigures> own = ALL.stream().filter(f -> f.dataset().equals(dataset)).toList();
    return own.isEmpty() ? ALL : own;
  }
}
