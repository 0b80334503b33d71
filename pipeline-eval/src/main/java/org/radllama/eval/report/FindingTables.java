package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.findings.Observation;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.Cell;
import org.radllama.eval.score.FindingsFamily;
import org.radllama.page.Charts;
import org.radllama.page.Page;
import org.radllama.page.Table;

/** What systems state of the 14 observations in one corpus, by the labeller of ours. */
final class FindingTables {
  static final String DISCLAIMER =
      "Observations are CheXpert's 14; the labels are made by rules of RadLlama's own, not by"
          + " CheXbert or CheXpert's labeller, so these figures do not compare with theirs. No"
          + " Finding is stated by a text that states and leaves open none of the others; it is most"
          + " of what normal corpora state, so beside the micro average stands the macro average.";

  private final EvalOutcome outcome;
  private final Corpus corpus;
  private final List<String> ranking;
  private final int offset;

  FindingTables(EvalOutcome outcome, Corpus corpus, List<String> ranking) {
    this.outcome = outcome;
    this.corpus = corpus;
    this.ranking = ranking;
    this.offset = outcome.metrics().offset(FindingsFamily.class);
  }

  boolean known() {
    return offset >= 0;
  }

  /** F1 of each observation that a reference or a prediction states. */
  Table byObservation() {
    List<String> header = new ArrayList<>(List.of("Observation", "In references"));
    header.addAll(ranking);
    List<List<String>> rows = new ArrayList<>();
    for (Observation observation : Observation.values()) {
      int at = offset + 3 * observation.place();
      List<String> row = new ArrayList<>(List.of(observation.label(), ""));
      for (String system : ranking) {
        double[] sums = outcome.tally().cells(system, corpus).get(Subset.ALL).sums();
        row.set(1, "" + Math.round(sums[at] + sums[at + 2]));
        row.add(Numbers.score(FindingsFamily.f1(sums, at)));
      }
      rows.add(row);
    }
    return new Table("F1 of stated observations, all reports", header, rows);
  }

  /** How often a text is free of findings, on reports that the source calls normal and abnormal. */
  Optional<Table> calibration() {
    if (!hasLabels()) {
      return Optional.empty();
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "reference",
            percent(rate(ranking.get(0), Subset.NORMAL, true)),
            percent(rate(ranking.get(0), Subset.ABNORMAL, true)),
            "",
            ""));
    String metric = new CorpusTables(outcome, corpus).rankedBy();
    for (String system : ranking) {
      rows.add(
          List.of(
              system,
              percent(rate(system, Subset.NORMAL, false)),
              percent(rate(system, Subset.ABNORMAL, false)),
              mean(system, Subset.NORMAL, metric),
              mean(system, Subset.ABNORMAL, metric)));
    }
    return Optional.of(
        new Table(
            "Impressions without a finding, in percent of the reports that the source labels normal"
                + " and abnormal. A high share on abnormal reports means missed findings; the"
                + " reference's own share shows how far label and impression agree",
            List.of(
                "Impressions of",
                "Normal reports, %",
                "Abnormal reports, %",
                Names.of(metric) + " on normal",
                Names.of(metric) + " on abnormal"),
            rows));
  }

  /** The same as bars. */
  void calibrationPlots(Page page) {
    if (!hasLabels()) {
      return;
    }
    for (Subset subset : List.of(Subset.NORMAL, Subset.ABNORMAL)) {
      List<Charts.Bar> bars = new ArrayList<>();
      bars.add(bar("reference", rate(ranking.get(0), subset, true)));
      ranking.forEach(system -> bars.add(bar(system, rate(system, subset, false))));
      page.figure(
          "Impressions without a finding on %s reports, percent".formatted(subset.label()),
          Charts.bars("percent without a finding", bars));
    }
  }

  private static Charts.Bar bar(String label, double share) {
    return new Charts.Bar(label, Math.round(share * 1000) / 10.0, Double.NaN, Double.NaN);
  }

  private boolean hasLabels() {
    Map<Subset, Cell> cells = outcome.tally().cells(ranking.get(0), corpus);
    return cells.containsKey(Subset.NORMAL) && cells.containsKey(Subset.ABNORMAL);
  }

  /** The share of reports on which the text, or its reference, states No Finding. */
  private double rate(String system, Subset subset, boolean ofReference) {
    Cell cell = outcome.tally().cells(system, corpus).get(subset);
    double[] sums = cell.sums();
    int at = offset + 3 * Observation.NO_FINDING.place();
    return (sums[at] + sums[at + (ofReference ? 2 : 1)]) / cell.reports();
  }

  private String mean(String system, Subset subset, String metric) {
    return outcome
        .summaries()
        .get(system, corpus, subset, metric)
        .map(s -> Numbers.score(s.mean()))
        .orElse("");
  }

  private static String percent(double share) {
    return Numbers.percent(share);
  }
}
