package org.radllama.eval.score;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;

/**
 * Every system's scores on every subset of every corpus. Subsets without a report are absent, and
 * scores that are not defined there.
 */
public final class SummaryTable {
  private final Map<String, Map<Corpus, Map<Subset, Map<String, Summary>>>> systems =
      new TreeMap<>();

  private SummaryTable() {}

  /** Summarises a tally. */
  public static SummaryTable of(Tally tally, Metrics metrics, Intervals intervals) {
    SummaryTable table = new SummaryTable();
    for (String system : tally.systems()) {
      for (Corpus corpus : tally.corpora()) {
        Map<Subset, Map<String, Summary>> subsets = new TreeMap<>();
        tally
            .cells(system, corpus)
            .forEach((subset, cell) -> subsets.put(subset, summaries(cell, metrics, intervals)));
        if (!subsets.isEmpty()) {
          table.systems.computeIfAbsent(system, s -> new TreeMap<>()).put(corpus, subsets);
        }
      }
    }
    return table;
  }

  /** A table of given scores, by system, corpus, subset and score. */
  public static SummaryTable of(
      Map<String, Map<Corpus, Map<Subset, Map<String, Summary>>>> systems) {
    SummaryTable table = new SummaryTable();
    table.systems.putAll(systems);
    return table;
  }

  private static Map<String, Summary> summaries(Cell cell, Metrics metrics, Intervals intervals) {
    double[] sums = cell.sums();
    Intervals.Bounds bounds = intervals.of(cell, metrics);
    List<String> names = metrics.names();
    Map<String, Summary> summaries = new LinkedHashMap<>();
    for (int metric = 0; metric < names.size(); metric++) {
      double score = metrics.score(metric, sums, cell.weight());
      if (!Double.isNaN(score)) {
        Bootstrap.Interval interval = bounds.intervals()[metric];
        summaries.put(
            names.get(metric),
            new Summary(
                score,
                Double.isNaN(interval.low()) ? score : interval.low(),
                Double.isNaN(interval.high()) ? score : interval.high(),
                Math.round(metrics.reports(metric, sums, cell.weight())),
                bounds.mid(metric)));
      }
    }
    return summaries;
  }

  /** By system, corpus, subset and score, each in the order of the files. */
  public Map<String, Map<Corpus, Map<Subset, Map<String, Summary>>>> systems() {
    return systems;
  }

  /** Corpora in order. */
  public List<Corpus> corpora() {
    return systems.values().stream().flatMap(c -> c.keySet().stream()).distinct().sorted().toList();
  }

  /** The subsets of a corpus that have a report, ascending. */
  public List<Subset> subsets(Corpus corpus) {
    return systems.values().stream()
        .flatMap(c -> c.getOrDefault(corpus, Map.of()).keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** One cell, if there is one. */
  public Optional<Summary> get(String system, Corpus corpus, Subset subset, String metric) {
    return Optional.ofNullable(systems.get(system))
        .map(s -> s.get(corpus))
        .map(s -> s.get(subset))
        .map(s -> s.get(metric));
  }
}
