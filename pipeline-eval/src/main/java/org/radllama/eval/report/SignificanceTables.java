package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.page.Table;

/** Whether the systems of one corpus differ. */
final class SignificanceTables {
  private final List<Comparison> comparisons;
  private final List<String> ranking;
  private final String metric;

  /**
   * Tables of a corpus.
   *
   * @param ranking systems, best first
   * @param metric the score of the matrix
   */
  SignificanceTables(EvalOutcome outcome, Corpus corpus, List<String> ranking, String metric) {
    this.comparisons =
        outcome.comparisons().stream().filter(c -> c.corpus().equals(corpus)).toList();
    this.ranking = ranking;
    this.metric = metric;
  }

  /** By subset a matrix of the systems: row minus column, and the corrected p. */
  Map<Subset, Table> matrices() {
    Map<Subset, Table> tables = new LinkedHashMap<>();
    for (Subset subset : comparisons.stream().map(Comparison::subset).distinct().toList()) {
      List<Comparison> of =
          comparisons.stream()
              .filter(c -> c.subset().equals(subset) && c.metric().equals(metric))
              .toList();
      if (!of.isEmpty()) {
        tables.put(subset, matrix(subset, of));
      }
    }
    return tables;
  }

  private Table matrix(Subset subset, List<Comparison> of) {
    List<String> header = new ArrayList<>(List.of("Row minus column"));
    header.addAll(ranking);
    List<List<String>> rows = new ArrayList<>();
    for (String row : ranking) {
      List<String> cells = new ArrayList<>(List.of(row));
      for (String column : ranking) {
        cells.add(row.equals(column) ? "" : cell(of, row, column));
      }
      rows.add(cells);
    }
    return new Table(
        "%s on %s reports: difference of scores and p after Holm; * p < 0.05"
            .formatted(Names.of(metric), subset.label()),
        header,
        rows);
  }

  private static String cell(List<Comparison> of, String row, String column) {
    Optional<Comparison> straight =
        of.stream().filter(c -> c.a().equals(row) && c.b().equals(column)).findFirst();
    Optional<Comparison> reverse =
        of.stream().filter(c -> c.a().equals(column) && c.b().equals(row)).findFirst();
    return straight
        .map(c -> shown(c.difference(), c.holm()))
        .or(() -> reverse.map(c -> shown(-c.difference(), c.holm())))
        .orElse("");
  }

  private static String shown(double difference, double p) {
    return Numbers.difference(difference)
        + " [p\u00a0"
        + Numbers.p(p)
        + (p < 0.05 ? "\u00a0*]" : "]");
  }

  /** By subset a row for each pair of systems, with every score that was tested. */
  Map<Subset, Table> pairs() {
    Map<Subset, Map<String, List<Comparison>>> pairs = new LinkedHashMap<>();
    comparisons.forEach(
        c ->
            pairs
                .computeIfAbsent(c.subset(), s -> new LinkedHashMap<>())
                .computeIfAbsent(c.a() + " - " + c.b(), p -> new ArrayList<>())
                .add(c));
    Map<Subset, Table> tables = new LinkedHashMap<>();
    pairs.forEach((subset, bySystems) -> tables.put(subset, pairs(subset, bySystems)));
    return tables;
  }

  private static Table pairs(Subset subset, Map<String, List<Comparison>> bySystems) {
    List<String> metrics =
        bySystems.values().stream()
            .flatMap(List::stream)
            .map(Comparison::metric)
            .distinct()
            .toList();
    List<String> header = new ArrayList<>(List.of("Difference of scores", "Reports"));
    metrics.forEach(m -> header.addAll(List.of(Names.of(m), "p (Holm)")));
    List<List<String>> rows = new ArrayList<>();
    bySystems.forEach(
        (pair, tests) -> {
          List<String> row = new ArrayList<>(List.of(pair, "" + tests.get(0).n()));
          for (String metric : metrics) {
            Optional<Comparison> test =
                tests.stream().filter(c -> c.metric().equals(metric)).findFirst();
            row.add(test.map(c -> Numbers.difference(c.difference())).orElse(""));
            row.add(test.map(c -> Numbers.p(c.holm())).orElse(""));
          }
          rows.add(row);
        });
    return new Table("Every pair on " + subset.label() + " reports", header, rows);
  }
}
