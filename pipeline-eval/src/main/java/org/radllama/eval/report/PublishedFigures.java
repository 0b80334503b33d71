package org.radllama.eval.report;

import java.util.List;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.TestSet;
import org.radllama.run.Json;

/**
 * Figures that others published, as mean ROUGE F. They stand among ours only where the corpus, the
 * reports and the scorer are the same, else apart. NaN where a figure was not published.
 *
 * @param dataset the corpus as our files name it
 * @param name how the table shows the row
 * @param rouge1 mean F
 * @param rouge2 mean F
 * @param rougeL mean F
 * @param rougeLsum mean F
 * @param source where it is from
 * @param split on which reports
 * @param scorer by what they were scored
 * @param reports how many there are; 0 where their ids are not published
 * @param ids which there are, as {@link TestSet#ids} says it of our ids; empty where that is not
 *     known, or the scorer is not rouge_score with the stemmer
 */
record PublishedFigures(
    String dataset,
    String name,
    double rouge1,
    double rouge2,
    double rougeL,
    double rougeLsum,
    String source,
    String split,
    String scorer,
    long reports,
    String ids) {
  private static final List<PublishedFigures> ALL =
      List.of(
          Json.shipped(PublishedFigures.class, "published-figures.json", PublishedFigures[].class));

  /** The rows to show among ours. */
  static List<PublishedFigures> matching(Corpus corpus, TestSet set) {
    return ALL.stream()
        .filter(f -> f.dataset.equals(corpus.dataset()))
        .filter(f -> f.reports == set.reports() && f.ids.equals(set.ids()))
        .toList();
  }

  /** The rows of the same corpus to show apart. */
  static List<PublishedFigures> others(Corpus corpus, List<PublishedFigures> shown) {
    return ALL.stream()
        .filter(f -> f.dataset.equals(corpus.dataset()) && !shown.contains(f))
        .toList();
  }
}
