package org.radllama.eval.score.statistics;

import java.util.Comparator;
import java.util.List;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;

/**
 * What a score is of; the same in two evaluations means that they can be compared. Ordered so that
 * the systems of one score stand together.
 *
 * @param system who wrote the impressions
 * @param corpus of which reports
 * @param subset on which of them
 * @param metric the score's name
 */
public record ScoreKey(String system, Corpus corpus, Subset subset, String metric)
    implements Comparable<ScoreKey> {
  private static final Comparator<ScoreKey> ORDER =
      Comparator.comparing(ScoreKey::corpus)
          .thenComparing(key -> key.subset.label())
          .thenComparing(ScoreKey::metric)
          .thenComparing(ScoreKey::system);

  /** Where files have it: system, dataset, split, subset, metric. */
  public List<String> path() {
    return List.of(system, corpus.dataset(), corpus.split(), subset.label(), metric);
  }

  @Override
  public int compareTo(ScoreKey other) {
    return ORDER.compare(this, other);
  }
}
