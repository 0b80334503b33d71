package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.statistics.Spread;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.page.Charts;
import org.radllama.page.Columns;
import org.radllama.page.Page;
import org.radllama.page.Table;

/** The plots of one corpus. Curves are drawn for the first few systems, bars for all. */
final class CorpusPlots {
  /** A page has six colours, one of them the references'. */
  private static final int MOST_CURVES = 5;

  private static final double NONE = Double.NaN;

  private static final String REFERENCE = "reference";

  private final EvalOutcome outcome;
  private final CorpusScores corpus;
  private final List<String> ranking;
  private final String metric;

  CorpusPlots(CorpusScores corpus) {
    this.outcome = corpus.outcome();
    this.corpus = corpus;
    this.ranking = corpus.ranking();
    this.metric = corpus.rankedBy();
  }

  /**
   * Bars with whiskers on all reports, and on clean ones where these are others, on axes of one
   * scale.
   *
   * @param cited figures of others on the same reports by the same scorer
   */
  void means(Page page, List<PublishedFigures> cited) {
    Map<Subset, List<Charts.Bar>> charts = new LinkedHashMap<>();
    for (Subset subset : List.of(Subset.ALL, Subset.CLEAN)) {
      List<Charts.Bar> bars =
          ranking.stream()
              .flatMap(system -> corpus.get(system, subset, metric).stream())
              .map(this::bar)
              .collect(Collectors.toCollection(ArrayList::new));
      if (subset.equals(Subset.ALL) && metric.equals("rougeL_fmeasure")) {
        cited.stream()
            .filter(f -> Double.isFinite(f.rougeL()))
            .forEach(f -> bars.add(new Charts.Bar(f.name(), f.rougeL(), NONE, NONE, "cited")));
      }
      if (!bars.isEmpty() && !corpus.isWhole(subset)) {
        charts.put(subset, bars);
      }
    }
    double most = Charts.most(charts.values().stream().flatMap(List::stream).toList());
    charts.forEach(
        (subset, bars) ->
            page.figure(
                "Mean %s F on %s reports, whiskers: bootstrap interval"
                    .formatted(Names.of(metric), subset.label()),
                Charts.bars(Names.of(metric) + " on " + subset.label(), bars, most)));
  }

  private Charts.Bar bar(Summary s) {
    String system = s.key().system();
    return new Charts.Bar(system, s.mean(), s.low(), s.high(), outcome.kind(system));
  }

  /** How the scores of reports spread. */
  void scores(Page page) {
    List<Charts.Series> series = new ArrayList<>();
    shown().forEach(s -> series.add(atLeast(s, spread(s).scores())));
    page.figure(
        "Share of reports whose %s F is at least so high%s".formatted(Names.of(metric), left()),
        Charts.lines(Names.of(metric) + " F", "share", series));
  }

  /** How long predictions are beside the references. */
  void lengths(Page page) {
    long[] references = spread(ranking.get(0)).referenceWords();
    // Beyond the 98th percentile a few long texts would only flatten the curves.
    int longest = Math.max(1, percentile(references, 0.98));
    List<Charts.Series> series = new ArrayList<>();
    shown().forEach(s -> series.add(atMost(s, spread(s).words(), longest)));
    series.add(atMost(REFERENCE, references, longest));
    page.figure(
        "Share of impressions of at most so many words" + left(),
        Charts.lines("words", "share", series));
  }

  /** Words of predictions and references. */
  Table lengthTable() {
    long[] references = spread(ranking.get(0)).referenceWords();
    List<Map.Entry<String, long[]>> lengths = new ArrayList<>();
    lengths.add(Map.entry(REFERENCE, references));
    ranking.forEach(system -> lengths.add(Map.entry(system, spread(system).words())));
    return new Columns<Map.Entry<String, long[]>>()
        .add("System", Map.Entry::getKey)
        .add("Mean", e -> format("%.1f", mean(e.getValue())))
        .add("Median", e -> percentile(e.getValue(), 0.5))
        .add("95th percentile", e -> percentile(e.getValue(), 0.95))
        .add("Longest", e -> percentile(e.getValue(), 1))
        .add("To reference", e -> ratio(mean(e.getValue()), mean(references)))
        .table("Words of the impressions", lengths);
  }

  private static String ratio(double a, double b) {
    return b == 0 ? "" : format("%.2f", a / b);
  }

  /** How much of what is written stands in the findings; nothing where none are known. */
  void copies(Page page) {
    long[] references = spread(ranking.get(0)).referenceCopied();
    if (Arrays.stream(references).sum() == 0) {
      return;
    }
    List<Charts.Series> series = new ArrayList<>();
    shown().forEach(s -> series.add(atLeast(s, spread(s).copied())));
    series.add(atLeast(REFERENCE, references));
    page.figure(
        "Share of impressions of which at least so much is copied: word pairs that stand in the"
            + " findings"
            + left(),
        Charts.lines("copied share of word pairs", "share", series));
  }

  private Spread spread(String system) {
    return corpus.spread(system);
  }

  private static double mean(long[] counts) {
    double sum = 0;
    double n = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += (double) i * counts[i];
      n += counts[i];
    }
    return sum / n;
  }

  /** The value below or at which the share lies. */
  private static int percentile(long[] counts, double share) {
    long n = Arrays.stream(counts).sum();
    long rank = (long) ((n - 1) * share);
    int value = 0;
    for (long seen = counts[0]; seen <= rank; seen += counts[value]) {
      value++;
    }
    return value;
  }

  /** Share of reports at or above each hundredth. */
  private static Charts.Series atLeast(String name, long[] counts) {
    double[] x = new double[Spread.STEPS + 1];
    Arrays.setAll(x, i -> i / (double) Spread.STEPS);
    return shares(name, x, counts, i -> Arrays.stream(counts, i, counts.length).sum());
  }

  /** Share of lengths at or below each whole number. */
  private static Charts.Series atMost(String name, long[] counts, int longest) {
    double[] x = new double[longest + 1];
    Arrays.setAll(x, i -> i);
    return shares(name, x, counts, i -> Arrays.stream(counts, 0, i + 1).sum());
  }

  private static Charts.Series shares(
      String name, double[] x, long[] counts, IntToLongFunction count) {
    double n = Arrays.stream(counts).sum();
    double[] y = new double[x.length];
    Arrays.setAll(y, i -> count.applyAsLong(i) / n);
    return new Charts.Series(name, x, y);
  }

  /** Models and imported systems before baselines, each best first. */
  private List<String> shown() {
    return ranking.stream()
        .sorted(Comparator.comparing(outcome::isBaseline))
        .limit(MOST_CURVES)
        .toList();
  }

  private String left() {
    return ranking.size() > MOST_CURVES
        ? " (" + MOST_CURVES + " of " + ranking.size() + " systems)"
        : "";
  }
}
