package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.Summary;
import org.radllama.ingest.page.Charts;
import org.radllama.ingest.page.Page;
import org.radllama.ingest.page.Table;

/** The plots of one corpus. Curves are drawn for the first few systems, bars for all. */
final class CorpusPlots {
  /** A page has six colours, one of them the references'. */
  private static final int MOST_CURVES = 5;

  private static final int STEPS = 100;

  private final EvalOutcome outcome;
  private final Scores.Corpus corpus;
  private final Map<String, List<Integer>> rows;
  private final List<String> ranking;
  private final String metric;

  CorpusPlots(
      EvalOutcome outcome,
      Scores.Corpus corpus,
      Map<String, List<Integer>> rows,
      List<String> ranking) {
    this.outcome = outcome;
    this.corpus = corpus;
    this.rows = rows;
    this.ranking = ranking;
    this.metric = new CorpusTables(outcome, corpus).rankedBy();
  }

  /** Bars with whiskers, on all and on clean reports. */
  void means(Page page) {
    for (Subset subset : List.of(Subset.ALL, Subset.CLEAN)) {
      List<Charts.Bar> bars = new ArrayList<>();
      for (String system : ranking) {
        outcome
            .summaries()
            .get(system, corpus, subset, metric)
            .ifPresent(s -> bars.add(bar(system, s)));
      }
      if (!bars.isEmpty()) {
        page.figure(
            "Mean %s F on %s reports, whiskers: bootstrap interval"
                .formatted(CorpusTables.shown(metric), subset.label()),
            Charts.bars(CorpusTables.shown(metric), bars));
      }
    }
  }

  private static Charts.Bar bar(String system, Summary s) {
    return new Charts.Bar(system, s.mean(), s.low(), s.high());
  }

  /** How the scores of reports spread. */
  void scores(Page page) {
    int column = outcome.scores().column(metric);
    List<Charts.Series> series = new ArrayList<>();
    for (String system : shown()) {
      double[] values =
          rows.get(system).stream()
              .mapToDouble(row -> outcome.scores().values().get(row)[column])
              .toArray();
      series.add(atLeast(system, values));
    }
    page.figure(
        "Share of reports whose %s F is at least so high%s"
            .formatted(CorpusTables.shown(metric), left()),
        Charts.lines(CorpusTables.shown(metric) + " F", "share", series));
  }

  /** How long predictions are beside the references. */
  void lengths(Page page) {
    double[] references = lengths(rows.get(ranking.get(0)), Prediction::reference);
    int longest = longest(references);
    List<Charts.Series> series = new ArrayList<>();
    List<List<String>> table = new ArrayList<>();
    table.add(row("reference", references, references));
    for (String system : ranking) {
      double[] lengths = lengths(rows.get(system), Prediction::prediction);
      table.add(row(system, lengths, references));
      if (shown().contains(system)) {
        series.add(atMost(system, lengths, longest));
      }
    }
    series.add(atMost("reference", references, longest));
    page.figure(
        "Share of impressions of at most so many words" + left(),
        Charts.lines("words", "share", series));
    page.table(
        new Table(
            "Words of the impressions, tokens as ROUGE counts them",
            List.of("System", "Mean", "Median", "95th percentile", "Longest", "To reference"),
            table));
  }

  /** Beyond the 98th percentile a few long texts would only flatten the curves. */
  private static int longest(double[] lengths) {
    double[] sorted = lengths.clone();
    Arrays.sort(sorted);
    return (int) Math.max(1, sorted[(int) ((sorted.length - 1) * 0.98)]);
  }

  private static List<String> row(String name, double[] lengths, double[] references) {
    double[] sorted = lengths.clone();
    Arrays.sort(sorted);
    double mean = Arrays.stream(lengths).sum() / lengths.length;
    double reference = Arrays.stream(references).sum() / references.length;
    return List.of(
        name,
        String.format(Locale.ROOT, "%.1f", mean),
        String.valueOf((int) sorted[sorted.length / 2]),
        String.valueOf((int) sorted[(int) ((sorted.length - 1) * 0.95)]),
        String.valueOf((int) sorted[sorted.length - 1]),
        reference == 0 ? "" : String.format(Locale.ROOT, "%.2f", mean / reference));
  }

  private double[] lengths(List<Integer> of, Function<Prediction, String> text) {
    ToDoubleFunction<Integer> length =
        row ->
            RougeScorer.tokens(text.apply(outcome.scores().predictions().get(row)), false).size();
    return of.stream().mapToDouble(length).toArray();
  }

  /** Share of values at or above each hundredth. */
  private static Charts.Series atLeast(String name, double[] values) {
    double[] x = new double[STEPS + 1];
    double[] y = new double[STEPS + 1];
    for (int i = 0; i <= STEPS; i++) {
      double least = i / (double) STEPS;
      x[i] = least;
      y[i] = Arrays.stream(values).filter(v -> v >= least).count() / (double) values.length;
    }
    return new Charts.Series(name, x, y);
  }

  /** Share of lengths at or below each whole number. */
  private static Charts.Series atMost(String name, double[] lengths, int longest) {
    double[] x = new double[longest + 1];
    double[] y = new double[longest + 1];
    for (int i = 0; i <= longest; i++) {
      int most = i;
      x[i] = i;
      y[i] = Arrays.stream(lengths).filter(v -> v <= most).count() / (double) lengths.length;
    }
    return new Charts.Series(name, x, y);
  }

  /** Models and imported systems before baselines, each best first. */
  private List<String> shown() {
    return ranking.stream()
        .sorted(Comparator.comparing(s -> outcome.kind(s) == SystemAnswers.Kind.BASELINE))
        .limit(MOST_CURVES)
        .toList();
  }

  private String left() {
    return ranking.size() > MOST_CURVES
        ? " (" + MOST_CURVES + " of " + ranking.size() + " systems)"
        : "";
  }
}
