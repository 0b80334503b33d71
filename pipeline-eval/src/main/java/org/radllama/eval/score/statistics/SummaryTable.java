package org.radllama.eval.score.statistics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.Metrics;

/**
 * Every system's scores on every subset of every corpus. Subsets without a report are absent, and
 * scores that are not defined there.
 */
public final class SummaryTable {
  private final Map<ScoreKey, Summary> summaries = new LinkedHashMap<>();

  /** A table of scores in the order of the files: by system, corpus, subset and score. */
  public SummaryTable(List<Summary> summaries) {
    summaries.forEach(summary -> this.summaries.put(summary.key(), summary));
  }

  /** Summarises the sums of all reports. */
  public static SummaryTable of(SufficientStatistics sums, Metrics metrics, Intervals intervals) {
    List<Summary> summaries = new ArrayList<>();
    for (String system : sums.systems()) {
      for (Corpus corpus : sums.corpora()) {
        sums.cells(system, corpus)
            .forEach(
                (subset, cell) -> {
                  Bootstrap.Interval[] bounds = intervals.of(cell, metrics);
                  for (int metric = 0; metric < bounds.length; metric++) {
                    String name = metrics.names().get(metric);
                    ScoreKey key = new ScoreKey(system, corpus, subset, name);
                    summary(key, cell, metrics, bounds[metric]).ifPresent(summaries::add);
                  }
                });
      }
    }
    return new SummaryTable(summaries);
  }

  private static Optional<Summary> summary(
      ScoreKey key, Cell cell, Metrics metrics, Bootstrap.Interval bounds) {
    int metric = metrics.index(key.metric());
    double score = metrics.score(metric, cell.sums(), cell.weight());
    return Double.isNaN(score)
        ? Optional.empty()
        : Optional.of(
            new Summary(
                key,
                score,
                Double.isNaN(bounds.low()) ? score : bounds.low(),
                Double.isNaN(bounds.high()) ? score : bounds.high(),
                Math.round(metrics.reports(metric, cell.sums(), cell.weight())),
                bounds.mid()));
  }

  /** All scores, in the order of the files. */
  public Collection<Summary> all() {
    return summaries.values();
  }

  /** Systems in order. */
  public List<String> systems() {
    return distinct(ScoreKey::system);
  }

  /** Corpora in order. */
  public List<Corpus> corpora() {
    return distinct(ScoreKey::corpus);
  }

  /** The subsets of a corpus that have a report, ascending. */
  public List<Subset> subsets(Corpus corpus) {
    return summaries.keySet().stream()
        .filter(key -> key.corpus().equals(corpus))
        .map(ScoreKey::subset)
        .distinct()
        .sorted()
        .toList();
  }

  private <T> List<T> distinct(Function<ScoreKey, T> part) {
    return summaries.keySet().stream().map(part).distinct().sorted().toList();
  }

  /** One score, if there is one. */
  public Optional<Summary> get(String system, Corpus corpus, Subset subset, String metric) {
    return Optional.ofNullable(summaries.get(new ScoreKey(system, corpus, subset, metric)));
  }
}
