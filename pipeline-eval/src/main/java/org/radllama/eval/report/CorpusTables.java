package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.ScoreStage;
import org.radllama.eval.score.Summary;
import org.radllama.page.Table;

/** The tables of scores of one corpus. */
final class CorpusTables {
  private static final List<Subset> LEADING = List.of(Subset.ALL, Subset.CLEAN, Subset.LEAKED);
  private static final List<String> ROUGE = List.of("rouge1", "rouge2", "rougeL", "rougeLsum");

  private final EvalOutcome outcome;
  private final Corpus corpus;
  private final List<String> rouge;
  private final List<String> others;
  private final String rankedBy;
  private final List<String> ranking;

  CorpusTables(EvalOutcome outcome, Corpus corpus) {
    this.outcome = outcome;
    this.corpus = corpus;
    this.rouge = ROUGE.stream().map(t -> t + "_fmeasure").filter(outcome::computes).toList();
    this.others = outcome.metrics().names().stream().filter(CorpusTables::isOther).toList();
    this.rankedBy = outcome.metrics().names().get(ScoreStage.ranking(outcome.metrics()));
    this.ranking = rank();
  }

  /** Precision and recall of findings are left to {@code tables/scores.csv}. */
  private static boolean isOther(String metric) {
    return !metric.startsWith("rouge")
        && !metric.equals("findings_micro_precision")
        && !metric.equals("findings_micro_recall");
  }

  /** Systems, best first. */
  List<String> ranking() {
    return ranking;
  }

  /** The score that ranks. */
  String rankedBy() {
    return rankedBy;
  }

  /** The main columns: ROUGE, or where it is not computed what ranks. */
  private List<String> columns() {
    return rouge.isEmpty() ? List.of(rankedBy) : rouge;
  }

  /** One sentence: what stands first, and against what. */
  String lead() {
    Optional<String> best = first(false);
    Optional<String> baseline = first(true);
    if (best.isEmpty() || baseline.isEmpty()) {
      return baseline.isEmpty()
          ? "No baselines stand beside these systems: they need a dataset, or were left out by the"
              + " setting baselines."
          : "Baselines only.";
    }
    double difference =
        cell(best.get(), Subset.ALL, rankedBy).orElseThrow().mean()
            - cell(baseline.get(), Subset.ALL, rankedBy).orElseThrow().mean();
    return "The best system is %s, %s %s the best baseline, %s (%s, all reports)."
        .formatted(
            best.get(),
            Numbers.score(Math.abs(difference)),
            difference >= 0 ? "above" : "below",
            baseline.get(),
            Names.of(rankedBy));
  }

  /** Every system with intervals, on all, clean and leaked reports. */
  List<Table> leaderboards() {
    List<Table> tables = new ArrayList<>();
    for (Subset subset : LEADING) {
      List<List<String>> rows = rows(subset, columns());
      if (rows.isEmpty()) {
        continue;
      }
      if (subset.equals(Subset.ALL) && !rouge.isEmpty()) {
        PublishedFigures.beside(corpus.dataset()).forEach(f -> rows.add(published(f)));
      }
      long n = cell(ranking.get(0), subset, rankedBy).orElseThrow().n();
      tables.add(new Table(caption(subset, n), header("System", columns(), "Kind"), rows));
    }
    return tables;
  }

  /** The scores beside ROUGE, on all and on clean reports. */
  List<Table> otherScores() {
    List<Table> tables = new ArrayList<>();
    for (Subset subset : List.of(Subset.ALL, Subset.CLEAN)) {
      List<String> defined =
          others.stream()
              .filter(m -> ranking.stream().anyMatch(s -> cell(s, subset, m).isPresent()))
              .toList();
      if (!defined.isEmpty()) {
        tables.add(
            new Table(
                "On %s reports. BLEU and chrF are of 0 to 100; length ratio and copy rate say how a"
                        .formatted(subset.label())
                    + " system writes, not how well",
                header("System", defined, "Kind"),
                rows(subset, defined)));
      }
    }
    return tables;
  }

  private List<List<String>> rows(Subset subset, List<String> metrics) {
    List<List<String>> rows = new ArrayList<>();
    for (String system : ranking) {
      List<String> row = new ArrayList<>(List.of(system));
      metrics.forEach(
          m -> row.add(cell(system, subset, m).map(s -> Numbers.interval(m, s)).orElse("")));
      row.add(kind(system));
      if (metrics.stream().anyMatch(m -> cell(system, subset, m).isPresent())) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<String> header(String first, List<String> metrics, String last) {
    List<String> header = new ArrayList<>(List.of(first));
    metrics.forEach(m -> header.add(Names.of(m)));
    header.add(last);
    return header;
  }

  private String caption(Subset subset, long n) {
    return switch (subset.label()) {
      case "all" ->
          rouge.isEmpty()
              ? "All " + n + " reports"
              : "All "
                  + n
                  + " reports. Cited rows are others' own figures, by other splits and scorers where"
                  + " not said otherwise, so not comparable. "
                  + PublishedFigures.beside(corpus.dataset()).stream()
                      .map(f -> f.name() + ": " + f.note())
                      .collect(Collectors.joining(". "));
      case "clean" -> "Clean: the " + n + " reports whose findings are not in train";
      default -> "Leaked: the " + n + " reports whose findings are in train";
    };
  }

  private List<String> published(PublishedFigures figures) {
    List<String> row = new ArrayList<>(List.of(figures.name()));
    for (String metric : rouge) {
      row.add(
          switch (metric) {
            case "rouge1_fmeasure" -> Numbers.score(figures.rouge1());
            case "rouge2_fmeasure" -> Numbers.score(figures.rouge2());
            case "rougeL_fmeasure" -> Numbers.score(figures.rougeL());
            default -> "";
          });
    }
    row.add("cited");
    return row;
  }

  /** Scores, precision and recall of every system on every subset. */
  Table bySubset() {
    List<String> metrics = new ArrayList<>(columns());
    String type = rankedBy.replace("_fmeasure", "");
    for (String metric :
        List.of(type + "_precision", type + "_recall", "bleu4", "chrf", "findings_micro_f1")) {
      if (outcome.computes(metric)) {
        metrics.add(metric);
      }
    }
    List<String> header = new ArrayList<>(List.of("Subset", "System", "Reports"));
    for (String metric : metrics) {
      header.add(
          metric.endsWith("_precision")
              ? Names.of(metric) + " precision"
              : metric.endsWith("_recall") ? Names.of(metric) + " recall" : Names.of(metric));
    }
    List<List<String>> rows = new ArrayList<>();
    for (Subset subset : outcome.summaries().subsets(corpus)) {
      for (String system : ranking) {
        cell(system, subset, rankedBy)
            .ifPresent(
                s -> {
                  List<String> row = new ArrayList<>(List.of(subset.label(), system, "" + s.n()));
                  metrics.forEach(m -> row.add(mean(system, subset, m)));
                  rows.add(row);
                });
      }
    }
    return new Table("Mean F, and what it is made of", header, rows);
  }

  /** Mean F with the stemmer and without, side by side. */
  Optional<Table> bothModes() {
    List<String> types =
        rouge.stream()
            .map(m -> m.replace("_fmeasure", ""))
            .filter(t -> !t.equals("rougeLsum") && outcome.computes(t + "_unstemmed_fmeasure"))
            .toList();
    if (types.isEmpty()) {
      return Optional.empty();
    }
    List<String> metrics = new ArrayList<>();
    types.forEach(t -> metrics.add(t + "_fmeasure"));
    types.forEach(t -> metrics.add(t + "_unstemmed_fmeasure"));
    List<String> header = new ArrayList<>(List.of("Subset", "System", "Reports"));
    metrics.forEach(m -> header.add(Names.of(m)));
    List<List<String>> rows = new ArrayList<>();
    for (Subset subset : LEADING) {
      for (String system : ranking) {
        cell(system, subset, rankedBy)
            .ifPresent(
                s -> {
                  List<String> row = new ArrayList<>(List.of(subset.label(), system, "" + s.n()));
                  metrics.forEach(m -> row.add(mean(system, subset, m)));
                  rows.add(row);
                });
      }
    }
    return Optional.of(
        new Table(
            "Mean F. The stemmer makes forms of a word equal, such as effusion and effusions.",
            header,
            rows));
  }

  private List<String> rank() {
    return outcome.summaries().systems().keySet().stream()
        .filter(s -> cell(s, Subset.ALL, rankedBy).isPresent())
        .sorted(
            Comparator.comparingDouble(
                    (String s) -> -cell(s, Subset.ALL, rankedBy).orElseThrow().mean())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private Optional<String> first(boolean baseline) {
    return ranking.stream().filter(s -> outcome.isBaseline(s) == baseline).findFirst();
  }

  private Optional<Summary> cell(String system, Subset subset, String metric) {
    return outcome.summaries().get(system, corpus, subset, metric);
  }

  private String mean(String system, Subset subset, String metric) {
    return cell(system, subset, metric).map(s -> Numbers.score(s.mean())).orElse("");
  }

  private String kind(String system) {
    return switch (outcome.kinds().get(system)) {
      case MODEL -> "generated";
      case IMPORTED -> "imported";
      case BASELINE -> "baseline";
    };
  }
}
