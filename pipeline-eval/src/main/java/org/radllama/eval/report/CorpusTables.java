package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.Summary;
import org.radllama.ingest.page.Table;

/** The tables of one corpus. */
final class CorpusTables {
  private static final List<Subset> LEADING = List.of(Subset.ALL, Subset.CLEAN, Subset.LEAKED);
  private static final List<String> COLUMNS = List.of("rouge1", "rouge2", "rougeL", "rougeLsum");

  private final EvalOutcome outcome;
  private final Scores.Corpus corpus;
  private final List<String> types;
  private final List<String> ranking;

  CorpusTables(EvalOutcome outcome, Scores.Corpus corpus) {
    this.outcome = outcome;
    this.corpus = corpus;
    List<String> metrics = outcome.scores().metrics();
    List<String> known = COLUMNS.stream().filter(t -> metrics.contains(t + "_fmeasure")).toList();
    this.types = known.isEmpty() ? List.of(metrics.get(0).split("_")[0]) : known;
    this.ranking = rank();
  }

  /** Systems, best first. */
  List<String> ranking() {
    return ranking;
  }

  /** The metric that ranks. */
  String rankedBy() {
    return (types.contains("rougeL") ? "rougeL" : types.get(0)) + "_fmeasure";
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
        cell(best.get(), Subset.ALL, rankedBy()).orElseThrow().mean()
            - cell(baseline.get(), Subset.ALL, rankedBy()).orElseThrow().mean();
    return "The best system is %s, %s %s the best baseline, %s (%s, all reports)."
        .formatted(
            best.get(),
            Numbers.score(Math.abs(difference)),
            difference >= 0 ? "above" : "below",
            baseline.get(),
            shown(rankedBy()));
  }

  /** Every system with intervals, on all, clean and leaked reports. */
  List<Table> leaderboards() {
    List<Table> tables = new ArrayList<>();
    for (Subset subset : LEADING) {
      List<List<String>> rows = new ArrayList<>();
      for (String system : ranking) {
        cell(system, subset, rankedBy()).ifPresent(s -> rows.add(leading(system, subset)));
      }
      if (rows.isEmpty()) {
        continue;
      }
      if (subset == Subset.ALL) {
        PublishedFigures.beside(corpus.dataset()).forEach(f -> rows.add(published(f)));
      }
      List<String> header = new ArrayList<>(List.of("System"));
      types.forEach(t -> header.add(shown(t)));
      header.add("Kind");
      int n = cell(ranking.get(0), subset, rankedBy()).orElseThrow().n();
      tables.add(new Table(caption(subset, n), header, rows));
    }
    return tables;
  }

  private static String caption(Subset subset, int n) {
    return switch (subset) {
      case ALL ->
          "All "
              + n
              + " reports. The cited row is arXiv 2309.06419's own figure and not comparable: its"
              + " split and its scorer were not published.";
      case CLEAN -> "Clean: the " + n + " reports whose findings are not in train";
      case LEAKED -> "Leaked: the " + n + " reports whose findings are in train";
      default -> subset.label() + ": " + n + " reports";
    };
  }

  private List<String> leading(String system, Subset subset) {
    List<String> row = new ArrayList<>(List.of(system));
    types.forEach(
        t -> row.add(cell(system, subset, t + "_fmeasure").map(Numbers::interval).orElse("")));
    row.add(kind(system));
    return row;
  }

  private List<String> published(PublishedFigures figures) {
    List<String> row = new ArrayList<>(List.of(figures.name()));
    for (String type : types) {
      row.add(
          switch (type) {
            case "rouge1" -> Numbers.score(figures.rouge1());
            case "rouge2" -> Numbers.score(figures.rouge2());
            case "rougeL" -> Numbers.score(figures.rougeL());
            default -> "";
          });
    }
    row.add("cited, not comparable");
    return row;
  }

  /** Means, precision and recall of every system on every subset. */
  Table bySubset() {
    List<String> header = new ArrayList<>(List.of("Subset", "System", "Reports"));
    types.forEach(t -> header.add(shown(t)));
    String last = rankedBy().replace("_fmeasure", "");
    header.add(shown(last) + " precision");
    header.add(shown(last) + " recall");
    List<List<String>> rows = new ArrayList<>();
    for (Subset subset : Subset.values()) {
      for (String system : ranking) {
        cell(system, subset, rankedBy())
            .ifPresent(
                s -> {
                  List<String> row = new ArrayList<>(List.of(subset.label(), system, "" + s.n()));
                  types.forEach(t -> row.add(mean(system, subset, t + "_fmeasure")));
                  row.add(mean(system, subset, last + "_precision"));
                  row.add(mean(system, subset, last + "_recall"));
                  rows.add(row);
                });
      }
    }
    return new Table("Mean F, and what it is made of", header, rows);
  }

  /** Mean F with the stemmer and without, side by side. */
  Table bothModes() {
    List<String> types = this.types.stream().filter(t -> !t.equals("rougeLsum")).toList();
    List<String> header = new ArrayList<>(List.of("Subset", "System", "Reports"));
    types.forEach(t -> header.add(shown(t)));
    types.forEach(t -> header.add(shown(t) + " unstemmed"));
    List<List<String>> rows = new ArrayList<>();
    for (Subset subset : LEADING) {
      for (String system : ranking) {
        cell(system, subset, rankedBy())
            .ifPresent(
                s -> {
                  List<String> row = new ArrayList<>(List.of(subset.label(), system, "" + s.n()));
                  types.forEach(t -> row.add(mean(system, subset, t + "_fmeasure")));
                  types.forEach(t -> row.add(mean(system, subset, t + "_unstemmed_fmeasure")));
                  rows.add(row);
                });
      }
    }
    return new Table(
        "Mean F. The stemmer makes forms of a word equal, such as effusion and effusions.",
        header,
        rows);
  }

  /** One table a subset: a row for each pair of systems. */
  List<Table> significance() {
    Map<Subset, Map<String, List<Comparison>>> pairs = new LinkedHashMap<>();
    outcome.comparisons().stream()
        .filter(c -> c.corpus().equals(corpus))
        .forEach(
            c ->
                pairs
                    .computeIfAbsent(c.subset(), s -> new LinkedHashMap<>())
                    .computeIfAbsent(c.a() + " - " + c.b(), p -> new ArrayList<>())
                    .add(c));
    List<Table> tables = new ArrayList<>();
    pairs.forEach((subset, bySystems) -> tables.add(significance(subset, bySystems)));
    return tables;
  }

  private static Table significance(Subset subset, Map<String, List<Comparison>> bySystems) {
    List<String> header = new ArrayList<>(List.of("Difference of means", "Reports"));
    bySystems
        .values()
        .iterator()
        .next()
        .forEach(
            c -> {
              header.add(shown(c.metric()));
              header.add("p (Holm)");
            });
    List<List<String>> rows = new ArrayList<>();
    bySystems.forEach(
        (pair, tests) -> {
          List<String> row = new ArrayList<>(List.of(pair, "" + tests.get(0).n()));
          tests.forEach(
              c -> {
                row.add(Numbers.difference(c.difference()));
                row.add(Numbers.p(c.holm()));
              });
          rows.add(row);
        });
    return new Table("On " + subset.label() + " reports", header, rows);
  }

  private List<String> rank() {
    return outcome.summaries().systems().keySet().stream()
        .filter(s -> cell(s, Subset.ALL, rankedBy()).isPresent())
        .sorted(
            Comparator.comparingDouble(
                    (String s) -> -cell(s, Subset.ALL, rankedBy()).orElseThrow().mean())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private Optional<String> first(boolean baseline) {
    return ranking.stream()
        .filter(s -> (outcome.kind(s) == SystemAnswers.Kind.BASELINE) == baseline)
        .findFirst();
  }

  private Optional<Summary> cell(String system, Subset subset, String metric) {
    return outcome.summaries().get(system, corpus, subset, metric);
  }

  private String mean(String system, Subset subset, String metric) {
    return cell(system, subset, metric).map(s -> Numbers.score(s.mean())).orElse("");
  }

  private String kind(String system) {
    return outcome.kind(system).name().toLowerCase(Locale.ROOT);
  }

  static String shown(String metric) {
    return metric.replace("_fmeasure", "").replace("rouge", "R-");
  }
}
