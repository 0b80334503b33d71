package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.radllama.eval.findings.Observation;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.FindingsFamily;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.page.Charts;
import org.radllama.page.Columns;
import org.radllama.page.Page;
import org.radllama.page.Table;

/** What systems state of the 14 observations in one corpus, by the labeller of ours. */
final class FindingTables {
  static final String DISCLAIMER =
      "Observations are CheXpert's 14; the labels are made by rules of RadLlama's own, not by"
          + " CheXbert or CheXpert's labeller, so these figures do not compare with theirs. No"
          + " Finding is stated by a text that states and leaves open none of the others and no other"
          + " known abnormality; it is most of what normal corpora state, so beside the micro average"
          + " stands the macro average.";

  private final CorpusScores scores;
  private final List<String> ranking;
  private final int offset;

  FindingTables(CorpusScores scores) {
    this.scores = scores;
    this.ranking = scores.ranking();
    this.offset = scores.outcome().metrics().offset(FindingsFamily.NAME);
  }

  /** Who wrote impressions: a system, or the radiologists. */
  private record Writer(String name, boolean isReference) {}

  private List<Writer> writers() {
    List<Writer> writers = new ArrayList<>(List.of(new Writer("reference", true)));
    ranking.forEach(system -> writers.add(new Writer(system, false)));
    return writers;
  }

  boolean known() {
    return offset >= 0;
  }

  /** F1 of each observation that a reference or a prediction states. */
  Table byObservation() {
    Columns<Observation> columns =
        new Columns<Observation>()
            .add("Observation", Observation::label)
            .add("In references", o -> inReferences(o));
    for (String system : ranking) {
      double[] sums = scores.sums(system, Subset.ALL).sums();
      columns.add(system, o -> Numbers.score(FindingsFamily.f1(sums, at(o))));
    }
    return columns.table("F1 of stated observations, all reports", List.of(Observation.values()));
  }

  private int at(Observation observation) {
    return offset + 3 * observation.place();
  }

  private long inReferences(Observation observation) {
    double[] sums = scores.sums(ranking.get(0), Subset.ALL).sums();
    return Math.round(sums[at(observation)] + sums[at(observation) + 2]);
  }

  /** How often a text is free of findings, on reports that the source calls normal and abnormal. */
  Optional<Table> calibration() {
    if (!hasLabels()) {
      return Optional.empty();
    }
    String metric = scores.rankedBy();
    return Optional.of(
        new Columns<Writer>()
            .add("Impressions of", Writer::name)
            .add("Normal reports, %", w -> Numbers.percent(rate(w, Subset.NORMAL)))
            .add("Abnormal reports, %", w -> Numbers.percent(rate(w, Subset.ABNORMAL)))
            .add(Names.of(metric) + " on normal", w -> mean(w, Subset.NORMAL))
            .add(Names.of(metric) + " on abnormal", w -> mean(w, Subset.ABNORMAL))
            .table(
                "Impressions without a finding, in percent of the reports that the source labels"
                    + " normal and abnormal. A high share on abnormal reports means missed"
                    + " findings; the reference's own share shows how far label and impression"
                    + " agree",
                writers()));
  }

  private String mean(Writer writer, Subset subset) {
    return writer.isReference() ? "" : scores.mean(writer.name(), subset, scores.rankedBy());
  }

  /** The same as bars. */
  void calibrationPlots(Page page) {
    for (Subset subset : List.of(Subset.NORMAL, Subset.ABNORMAL)) {
      List<Charts.Bar> bars = writers().stream().map(w -> bar(w, rate(w, subset))).toList();
      page.figure(
          "Impressions without a finding on %s reports, percent".formatted(subset.label()),
          Charts.bars("percent of %s reports".formatted(subset.label()), bars, 100));
    }
  }

  private Charts.Bar bar(Writer writer, double share) {
    String kind = writer.isReference() ? "reference" : scores.outcome().kind(writer.name());
    double percent = Math.round(share * 1000) / 10.0;
    return new Charts.Bar(writer.name(), percent, Double.NaN, Double.NaN, kind);
  }

  private boolean hasLabels() {
    return scores.sums(ranking.get(0), Subset.NORMAL) != null
        && scores.sums(ranking.get(0), Subset.ABNORMAL) != null;
  }

  /** The share of reports on which a system's text, or the reference, states No Finding. */
  private double rate(Writer writer, Subset subset) {
    Cell cell = scores.sums(writer.isReference() ? ranking.get(0) : writer.name(), subset);
    int at = at(Observation.NO_FINDING);
    int alone = writer.isReference() ? at + 2 : at + 1;
    return (cell.sums()[at] + cell.sums()[alone]) / cell.reports();
  }
}
