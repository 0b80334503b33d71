package org.radllama.eval.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Subset;
import org.radllama.page.Columns;
import org.radllama.page.Table;

/** Whether the systems of one corpus differ. */
final class SignificanceTables {
  private final CorpusScores scores;
  private final List<Comparison> comparisons;

  SignificanceTables(CorpusScores scores) {
    this.scores = scores;
    this.comparisons =
        scores.outcome().comparisons().stream()
            .filter(c -> c.corpus().equals(scores.corpus()))
            .toList();
  }

  /** Where systems were tested. */
  List<Subset> subsets() {
    return comparisons.stream().map(Comparison::subset).distinct().toList();
  }

  /** A matrix of the systems: row minus column, and the corrected p. */
  Optional<Table> matrix(Subset subset) {
    String metric = scores.rankedBy();
    List<Comparison> tests = tests(c -> c.subset().equals(subset) && c.metric().equals(metric));
    if (tests.isEmpty()) {
      return Optional.empty();
    }
    Columns<String> columns = new Columns<String>().add("Row minus column", row -> row);
    scores.ranking().forEach(column -> columns.add(column, row -> cell(tests, row, column)));
    return Optional.of(
        columns.table(
            "%s on %s reports: difference of scores and p after Holm; * p < 0.05"
                .formatted(Names.of(metric), subset.label()),
            scores.ranking()));
  }

  private static String cell(List<Comparison> tests, String row, String column) {
    for (Comparison c : tests) {
      if (c.a().equals(row) && c.b().equals(column)) {
        return shown(c.difference(), c.holm());
      }
      if (c.a().equals(column) && c.b().equals(row)) {
        return shown(-c.difference(), c.holm());
      }
    }
    return "";
  }

  private static String shown(double difference, double p) {
    return Numbers.difference(difference)
        + " [p\u00a0"
        + Numbers.score(p)
        + (p < 0.05 ? "\u00a0*]" : "]");
  }

  /** A row for each pair of systems, with every score that was tested. */
  Table pairs(Subset subset) {
    List<Comparison> tests = tests(c -> c.subset().equals(subset));
    Columns<Comparison> columns =
        new Columns<Comparison>()
            .add("Difference of scores", SignificanceTables::pair)
            .add("Reports", Comparison::n);
    for (String metric : tests.stream().map(Comparison::metric).distinct().toList()) {
      columns.add(
          Names.of(metric),
          pair ->
              test(tests, pair, metric).map(c -> Numbers.difference(c.difference())).orElse(""));
      columns.add(
          Names.of(metric) + ", p (Holm)",
          pair -> test(tests, pair, metric).map(c -> Numbers.score(c.holm())).orElse(""));
    }
    Map<String, Comparison> firstOfPair = new LinkedHashMap<>();
    tests.forEach(c -> firstOfPair.putIfAbsent(pair(c), c));
    return columns.table("Every pair on " + subset.label() + " reports", firstOfPair.values());
  }

  private static Optional<Comparison> test(List<Comparison> tests, Comparison pair, String metric) {
    return tests.stream()
        .filter(c -> c.metric().equals(metric) && pair(c).equals(pair(pair)))
        .findFirst();
  }

  private List<Comparison> tests(Predicate<Comparison> which) {
    return comparisons.stream().filter(which).toList();
  }

  private static String pair(Comparison c) {
    return c.a() + " - " + c.b();
  }
}
