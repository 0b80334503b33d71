package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.score.CounterRandom;
import org.radllama.ingest.page.Table;

/** Quotes of reports, for pages that may hold them: best, worst and random of the best system. */
final class ExampleTables {
  private static final long SEED = 20260101;

  private final EvalOutcome outcome;
  private final Map<String, List<Integer>> rows;
  private final String system;

  ExampleTables(EvalOutcome outcome, Map<String, List<Integer>> rows, List<String> ranking) {
    this.outcome = outcome;
    this.rows = rows;
    this.system =
        ranking.stream()
            .filter(s -> outcome.kind(s) != SystemAnswers.Kind.BASELINE)
            .findFirst()
            .orElse(ranking.get(0));
  }

  List<Table> tables(int examples) {
    List<String> metrics = outcome.scores().metrics();
    int column = metrics.contains("rougeL_fmeasure") ? metrics.indexOf("rougeL_fmeasure") : 2;
    List<Integer> ascending = new ArrayList<>(rows.get(system));
    ascending.sort(
        Comparator.comparingDouble((Integer row) -> outcome.scores().values().get(row)[column])
            .thenComparing(row -> row));
    int most = Math.min(examples, ascending.size());
    List<Integer> best =
        new ArrayList<>(ascending.subList(ascending.size() - most, ascending.size()));
    Collections.reverse(best);
    List<Integer> random = new ArrayList<>(rows.get(system));
    random.sort(Comparator.comparingLong(row -> CounterRandom.bits(SEED, row)));
    return List.of(
        table("Best of " + system, best, column),
        table("Worst of " + system, ascending.subList(0, most), column),
        table("Random of " + system, random.subList(0, most), column));
  }

  private Table table(String caption, List<Integer> chosen, int column) {
    List<List<String>> cells = new ArrayList<>();
    for (int row : chosen) {
      Prediction p = outcome.scores().predictions().get(row);
      cells.add(
          List.of(
              p.id(),
              Numbers.score(outcome.scores().values().get(row)[column]),
              p.reference(),
              p.prediction()));
    }
    String metric = CorpusTables.shown(outcome.scores().metrics().get(column));
    return new Table(caption, List.of("Report", metric, "Reference", "Prediction"), cells);
  }
}
