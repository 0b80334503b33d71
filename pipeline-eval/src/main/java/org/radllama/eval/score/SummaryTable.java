package org.radllama.eval.score;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Every system's metrics on every subset of every corpus. Subsets without a report are absent. */
public final class SummaryTable {
  private final Map<String, Map<Scores.Corpus, Map<Subset, Map<String, Summary>>>> systems =
      new TreeMap<>();

  private SummaryTable() {}

  /** Summarises scores. */
  public static SummaryTable of(Scores scores, SubsetIndex subsets, Bootstrap bootstrap) {
    SummaryTable table = new SummaryTable();
    scores
        .byCorpus()
        .forEach(
            (corpus, systems) ->
                systems.forEach(
                    (system, rows) ->
                        table
                            .systems
                            .computeIfAbsent(system, s -> new TreeMap<>())
                            .put(corpus, bySubset(scores, rows, subsets, bootstrap))));
    return table;
  }

  /** By system, corpus, subset and metric, each in the order of the files. */
  public Map<String, Map<Scores.Corpus, Map<Subset, Map<String, Summary>>>> systems() {
    return systems;
  }

  /** One cell, if there is one. */
  public Optional<Summary> get(String system, Scores.Corpus corpus, Subset subset, String metric) {
    return Optional.ofNullable(systems.get(system))
        .map(s -> s.get(corpus))
        .map(s -> s.get(subset))
        .map(s -> s.get(metric));
  }

  private static Map<Subset, Map<String, Summary>> bySubset(
      Scores scores, List<Integer> rows, SubsetIndex subsets, Bootstrap bootstrap) {
    Map<Subset, Map<String, Summary>> summaries = new EnumMap<>(Subset.class);
    for (Subset subset : Subset.values()) {
      Set<String> ids = subsets.ids(subset);
      List<double[]> values = new ArrayList<>();
      for (int row : rows) {
        if (ids.contains(scores.predictions().get(row).id())) {
          values.add(scores.values().get(row));
        }
      }
      if (!values.isEmpty()) {
        summaries.put(subset, summaries(scores.metrics(), values, bootstrap));
      }
    }
    return summaries;
  }

  private static Map<String, Summary> summaries(
      List<String> metrics, List<double[]> values, Bootstrap bootstrap) {
    Bootstrap.Interval[] intervals = bootstrap.intervals(values);
    Map<String, Summary> summaries = new LinkedHashMap<>();
    for (int column = 0; column < metrics.size(); column++) {
      ExactSum sum = new ExactSum();
      for (double[] row : values) {
        sum.add(row[column]);
      }
      summaries.put(
          metrics.get(column),
          new Summary(
              sum.value() / values.size(),
              intervals[column].low(),
              intervals[column].high(),
              values.size()));
    }
    return summaries;
  }
}
