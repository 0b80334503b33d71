package org.radllama.eval.report;

import java.util.List;
import org.radllama.run.Json;

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
  private static final List<PublishedFigures> ALL =
      List.of(
          Json.shipped(PublishedFigures.class, "published-figures.json", PublishedFigures[].class));

  /** The rows to show beside a corpus: its own, or all if nobody has used it. */
  static List<PublishedFigures> beside(String dataset) {
    List<PublishedFigures> own = ALL.stream().filter(f -> f.dataset().equals(dataset)).toList();
    return own.isEmpty() ? ALL : own;
  }
}
