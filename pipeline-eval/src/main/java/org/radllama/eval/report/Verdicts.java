package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.family.FindingsFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.page.Columns;
import org.radllama.page.Table;

/**
 * What is said first of a corpus: the score that ranks together with those that tell whether the
 * findings are right. A system that is best by the wording may be worse by what it states, and then
 * that is said in the same sentence.
 */
public final class Verdicts {
  /** The level of the tests. */
  private static final double LEVEL = 0.05;

  /** Columns on a terminal: the system and its first scores with their intervals. */
  private static final int SHORT = 4;

  private static final List<Criterion> CLINICAL =
      List.of(
          new Criterion("findings_micro_f1", "findings F1", "has a lower findings F1 than"),
          new Criterion(
              FindingsFamily.MISSED, "missed abnormals", "misses more abnormal reports than"),
          new Criterion(
              "attributes_score", "attributes score", "has a lower attributes score than"),
          new Criterion(
              "attributes_contradictions",
              "contradictions",
              "contradicts more of the references' findings than"),
          new Criterion(
              "attributes_recommendations_f1",
              "recommendations F1",
              "has a lower F1 of recommendations than"),
          new Criterion("bertscore_f1", "BERTScore", "has a lower BERTScore than"),
          new Criterion("chexbert_micro_f1_14", "CheXbert F1", "has a lower CheXbert F1 than"));

  private final CorpusScores scores;
  private final List<Criterion> criteria;

  /**
   * A score that decides.
   *
   * @param metric its name in {@code metrics.json}
   * @param name in a sentence
   * @param lost what is said of a system that another one beats
   */
  private record Criterion(String metric, String name, String lost) {
    boolean fewerIsBetter() {
      return Quality.fewerIsBetter(metric);
    }

    /** How much better a value is than another; at most 0 where it is not. */
    double gain(double value, double other) {
      return fewerIsBetter() ? other - value : value - other;
    }

    String shown(double value) {
      return metric.equals(FindingsFamily.MISSED)
          ? format("%.1f\u00a0%%", 100 * value)
          : Numbers.score(value);
    }

    String interval(Summary s) {
      return metric.equals(FindingsFamily.MISSED)
          ? format("%.1f\u00a0%% [%.1f, %.1f]", 100 * s.mean(), 100 * s.low(), 100 * s.high())
          : Numbers.interval(s);
    }
  }

  private Verdicts(CorpusScores scores) {
    this.scores = scores;
    this.criteria = CLINICAL.stream().filter(c -> scores.outcome().computes(c.metric())).toList();
  }

  /** On a corpus of an evaluation. */
  public static Verdicts of(EvalOutcome outcome, Corpus corpus) {
    return of(new CorpusScores(outcome, corpus));
  }

  static Verdicts of(CorpusScores scores) {
    return new Verdicts(scores);
  }

  /** The scores of the first table, as far as they are computed: they are always compared. */
  public static List<String> metrics(Metrics computed) {
    return Stream.concat(
            Stream.of(computed.names())
                .filter(n -> !n.isEmpty())
                .map(n -> n.get(computed.ranking())),
            CLINICAL.stream().map(Criterion::metric).filter(m -> computed.index(m) >= 0))
        .distinct()
        .toList();
  }

  /** What stands first, against what, and where it loses. */
  public String headline() {
    if (scores.ranking().isEmpty()) {
      return "No system has a score on all reports.";
    }
    String best = scores.ranking().get(0);
    String name = Names.of(scores.rankedBy());
    return "Best %s on all reports: %s%s.%s"
        .formatted(name, shown(best), ahead(best), losses(best));
  }

  private String shown(String system) {
    return scores.outcome().isBaseline(system) ? system + ", a baseline" : system;
  }

  private String ahead(String best) {
    boolean baseline = scores.outcome().isBaseline(best);
    return scores.ranking().stream()
        .filter(s -> scores.outcome().isBaseline(s) != baseline)
        .findFirst()
        .map(
            other ->
                ", %s above %s, the best %s"
                    .formatted(
                        Numbers.score(
                            value(best, scores.rankedBy()) - value(other, scores.rankedBy())),
                        other,
                        baseline ? "of the others" : "baseline"))
        .orElse(baseline ? "; there are baselines only" : "; no baseline stands beside it");
  }

  private double value(String system, String metric) {
    return scores.get(system, Subset.ALL, metric).map(Summary::mean).orElse(Double.NaN);
  }

  private String losses(String best) {
    List<String> certain = new ArrayList<>();
    List<String> open = new ArrayList<>();
    List<String> equalled = new ArrayList<>();
    for (Criterion criterion : criteria) {
      double own = value(best, criterion.metric());
      Optional<String> ahead =
          scores.ranking().stream()
              .filter(s -> criterion.gain(value(s, criterion.metric()), own) > 0)
              .max(
                  Comparator.comparingDouble(
                      s -> criterion.gain(value(s, criterion.metric()), own)));
      if (ahead.isEmpty()) {
        if (!Double.isNaN(own)) {
          equalled.add(criterion.name());
        }
        continue;
      }
      Optional<Double> p = p(best, ahead.get(), criterion.metric());
      String said =
          "%s %s (%s against %s%s)"
              .formatted(
                  criterion.lost(),
                  ahead.get(),
                  criterion.shown(own),
                  criterion.shown(value(ahead.get(), criterion.metric())),
                  p.map(v -> ", p\u00a0" + Numbers.score(v)).orElse(""));
      (p.isPresent() && p.get() < LEVEL ? certain : open).add(said);
    }
    return (certain.isEmpty() ? "" : " But it " + String.join(" and ", certain) + ".")
        + (open.isEmpty() ? "" : " Not significantly, it " + String.join(" and ", open) + ".")
        + (equalled.isEmpty()
            ? ""
            : " No other system is better in " + String.join(", ", equalled) + ".");
  }

  /** Of the test between two systems on all reports, after Holm's correction. */
  private Optional<Double> p(String a, String b, String metric) {
    return scores.outcome().comparisons().stream()
        .filter(c -> c.corpus().equals(scores.corpus()) && c.subset().equals(Subset.ALL))
        .filter(c -> c.metric().equals(metric))
        .filter(c -> (c.a().equals(a) && c.b().equals(b)) || (c.a().equals(b) && c.b().equals(a)))
        .map(Comparison::holm)
        .findFirst();
  }

  /** Every system with the scores that decide. */
  Table table() {
    Columns<String> columns =
        new Columns<String>()
            .add("System", system -> system)
            .add(
                Names.of(scores.rankedBy()),
                system ->
                    scores
                        .get(system, Subset.ALL, scores.rankedBy())
                        .map(s -> Numbers.interval(scores.rankedBy(), s))
                        .orElse(""),
                system -> scores.quality(system, Subset.ALL, scores.rankedBy()));
    for (Criterion c : criteria) {
      columns.add(
          Names.of(c.metric()),
          system -> scores.get(system, Subset.ALL, c.metric()).map(c::interval).orElse(""),
          system -> scores.quality(system, Subset.ALL, c.metric()));
    }
    return columns.add("Kind", scores.outcome()::kind).table(caption(), scores.ranking());
  }

  private String caption() {
    String fewer =
        criteria.stream()
            .filter(Criterion::fewerIsBetter)
            .map(Criterion::name)
            .collect(Collectors.joining(" and "));
    return "All reports: wording and what is stated, together"
        + (fewer.isEmpty() ? "" : "; of " + fewer + " fewer are better")
        + (scores.outcome().computes(FindingsFamily.MISSED)
            ? ". Missed abnormals: of the reports whose impression names something abnormal, the"
                + " share for which a system names nothing"
            : "");
  }

  /** The first columns of {@link #table}, which a terminal has room for, and the reports. */
  public Table shortTable() {
    Table whole = table();
    int shown = Math.min(SHORT, whole.header().size());
    List<String> header = new ArrayList<>(whole.header().subList(0, shown));
    header.add("Reports");
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < whole.rows().size(); i++) {
      List<String> row = new ArrayList<>(whole.rows().get(i).subList(0, shown));
      row.add("" + scores.get(row.get(0), Subset.ALL, scores.rankedBy()).orElseThrow().n());
      rows.add(row);
    }
    return new Table("", header, rows);
  }
}
