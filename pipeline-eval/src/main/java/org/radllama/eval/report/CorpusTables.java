package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.eval.join.Subset;
import org.radllama.eval.join.TestSet;
import org.radllama.eval.score.family.RougeFamily;
import org.radllama.eval.score.statistics.Example;
import org.radllama.eval.score.statistics.Spread;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.page.Columns;
import org.radllama.page.Table;

/** The tables of scores of one corpus. */
final class CorpusTables {
  private static final List<Subset> LEADING = List.of(Subset.ALL, Subset.CLEAN, Subset.LEAKED);
  private static final List<String> ROUGE = List.of("rouge1", "rouge2", "rougeL", "rougeLsum");

  private final EvalOutcome outcome;
  private final CorpusScores scores;
  private final List<String> rouge;
  private final boolean cited;

  /**
   * Tables of a corpus.
   *
   * @param cited whether others' figures are shown
   */
  CorpusTables(CorpusScores scores, boolean cited) {
    this.cited = cited;
    this.outcome = scores.outcome();
    this.scores = scores;
    this.rouge = ROUGE.stream().flatMap(RougeFamily::fmeasures).filter(outcome::computes).toList();
  }

  /** The main columns: ROUGE, or where it is not computed what ranks. */
  private List<String> columns() {
    return rouge.isEmpty() ? List.of(scores.rankedBy()) : rouge;
  }

  private Optional<String> first(boolean baseline) {
    return scores.ranking().stream().filter(s -> outcome.isBaseline(s) == baseline).findFirst();
  }

  /** Every system with intervals, on all, clean and leaked reports. */
  Map<Subset, Table> leaderboards() {
    Map<Subset, Table> tables = new LinkedHashMap<>();
    for (Subset subset : LEADING) {
      intervals(subset, columns())
          .ifPresent(
              table -> {
                List<List<String>> rows = new ArrayList<>(table.rows());
                if (subset.equals(Subset.ALL)) {
                  matching().forEach(f -> rows.add(published(f)));
                }
                Table whole = new Table(caption(subset), table.header(), rows, table.best());
                tables.put(subset, whole);
              });
    }
    return tables;
  }

  /**
   * The scores beside ROUGE, on all and on clean reports. Of all reports the scores that decide are
   * left out, since the first table has them.
   */
  Map<Subset, Table> otherScores() {
    List<String> leading = Verdicts.metrics(outcome.metrics());
    Map<Subset, Table> tables = new LinkedHashMap<>();
    for (Subset subset : List.of(Subset.ALL, Subset.CLEAN)) {
      List<String> defined =
          outcome.metrics().names().stream()
              .filter(CorpusTables::isOther)
              .filter(m -> !subset.equals(Subset.ALL) || !leading.contains(m))
              .filter(m -> scores.ranking().stream().anyMatch(s -> has(s, subset, m)))
              .toList();
      if (defined.isEmpty()) {
        continue;
      }
      intervals(subset, defined)
          .map(
              table ->
                  table.captioned(
                      "On %s reports. BLEU and chrF are of 0 to 100; length ratio and copy rate say"
                              .formatted(subset.label())
                          + " how a system writes, not how well"))
          .ifPresent(table -> tables.put(subset, table));
    }
    return tables;
  }

  /** Precision and recall of findings are left to {@code tables/scores.csv}. */
  private static boolean isOther(String metric) {
    return !metric.startsWith("rouge")
        && !metric.equals("findings_micro_precision")
        && !metric.equals("findings_micro_recall")
        && !(metric.startsWith("bertscore_") && !metric.endsWith("f1"));
  }

  private boolean has(String system, Subset subset, String metric) {
    return scores.get(system, subset, metric).isPresent();
  }

  /** A row for each system that has one of the scores, without a caption. */
  private Optional<Table> intervals(Subset subset, List<String> metrics) {
    Columns<String> columns = new Columns<String>().add("System", system -> system);
    for (String m : metrics) {
      columns.add(
          Names.of(m),
          system -> scores.get(system, subset, m).map(s -> Numbers.interval(m, s)).orElse(""),
          system -> scores.quality(system, subset, m));
    }
    return columns
        .add("Kind", outcome::kind)
        .tableOfAny(
            "",
            scores.ranking().stream()
                .filter(system -> metrics.stream().anyMatch(m -> has(system, subset, m)))
                .toList());
  }

  private String caption(Subset subset) {
    long n =
        scores.ranking().stream()
            .flatMap(s -> scores.get(s, subset, scores.rankedBy()).stream())
            .mapToLong(Summary::n)
            .findFirst()
            .orElse(0);
    return switch (subset.label()) {
      case "all" ->
          "All "
              + n
              + " reports"
              + matching().stream()
                  .map(f -> "; cited, on the same reports and by the same scorer: " + f.source())
                  .distinct()
                  .collect(Collectors.joining());
      case "clean" -> "Clean: the " + n + " reports whose findings are not in train";
      default -> "Leaked: the " + n + " reports whose findings are in train";
    };
  }

  /** Cited figures of the same reports by the same scorer. */
  List<PublishedFigures> matching() {
    return cited && outcome.computes("rougeL_fmeasure")
        ? PublishedFigures.matching(scores.corpus(), testSet())
        : List.of();
  }

  private TestSet testSet() {
    return outcome.counts().testSets().get(scores.corpus()).get(Subset.ALL);
  }

  /** Cited figures of other reports, or by another scorer: they compare with none of ours. */
  Optional<Table> notComparable() {
    List<PublishedFigures> others =
        cited ? PublishedFigures.others(scores.corpus(), matching()) : List.of();
    return new Columns<PublishedFigures>()
        .add("System", PublishedFigures::name)
        .add("R-1", f -> Numbers.score(f.rouge1()))
        .add("R-2", f -> Numbers.score(f.rouge2()))
        .add("R-L", f -> Numbers.score(f.rougeL()))
        .add("R-Lsum", f -> Numbers.score(f.rougeLsum()))
        .add("Source", PublishedFigures::source)
        .add("Reports", PublishedFigures::split)
        .add("Scorer", PublishedFigures::scorer)
        .tableOfAny(
            "Others' own figures on this corpus, on other reports or by another scorer than here:"
                + " they compare with no row above. report.cited = false leaves them out",
            others);
  }

  private List<String> published(PublishedFigures figures) {
    List<String> row = new ArrayList<>(List.of(figures.name()));
    for (String metric : rouge) {
      row.add(
          switch (metric) {
            case "rouge1_fmeasure" -> Numbers.score(figures.rouge1());
            case "rouge2_fmeasure" -> Numbers.score(figures.rouge2());
            case "rougeL_fmeasure" -> Numbers.score(figures.rougeL());
            case "rougeLsum_fmeasure" -> Numbers.score(figures.rougeLsum());
            default -> "";
          });
    }
    row.add("cited");
    return row;
  }

  /** Scores, precision and recall of every system on every subset. */
  Table bySubset() {
    String type = scores.rankedBy().replace("_fmeasure", "");
    List<String> parts =
        List.of(type + "_precision", type + "_recall", "bleu4", "chrf", "findings_micro_f1");
    return means(
        "Mean F, and what it is made of",
        scores.distinctSubsets(),
        Stream.concat(columns().stream(), parts.stream().filter(outcome::computes)).toList());
  }

  /** Mean F with the stemmer and without, side by side. */
  Optional<Table> bothModes() {
    List<String> types =
        rouge.stream()
            .map(m -> m.replace("_fmeasure", ""))
            .filter(t -> !t.startsWith("rougeLsum") && outcome.computes(t + "_unstemmed_fmeasure"))
            .toList();
    return types.isEmpty()
        ? Optional.empty()
        : Optional.of(
            means(
                "Mean F. The stemmer makes forms of a word equal, such as effusion and effusions.",
                LEADING.stream().filter(scores.distinctSubsets()::contains).toList(),
                Stream.of("_fmeasure", "_unstemmed_fmeasure")
                    .flatMap(mode -> types.stream().map(t -> t + mode))
                    .toList()));
  }

  /** A row for each system and subset that it has a report of. */
  private Table means(String caption, List<Subset> subsets, List<String> metrics) {
    Columns<Summary> columns =
        new Columns<Summary>()
            .add("System", s -> s.key().system())
            .add("Subset", s -> s.key().subset().label())
            .add("Reports", Summary::n);
    for (String metric : metrics) {
      columns.add(
          metric.endsWith("_precision")
              ? Names.of(metric) + " precision"
              : metric.endsWith("_recall") ? Names.of(metric) + " recall" : Names.of(metric),
          s -> scores.mean(s.key().system(), s.key().subset(), metric));
    }
    return columns.table(
        caption,
        subsets.stream()
            .flatMap(
                subset ->
                    scores.ranking().stream()
                        .flatMap(s -> scores.get(s, subset, scores.rankedBy()).stream()))
            .toList());
  }

  /** Quotes of the best system, for pages that may hold them; none unless examples were kept. */
  List<Table> examples() {
    String system = first(false).orElse(scores.ranking().get(0));
    Spread spread = scores.spread(system);
    if (spread.best().isEmpty()) {
      return List.of();
    }
    Columns<Example> columns =
        new Columns<Example>()
            .add("Report", Example::id)
            .add(Names.of(scores.rankedBy()), e -> Numbers.score(e.score()))
            .add("Reference", Example::reference)
            .add("Prediction", Example::prediction);
    return List.of(
        columns.table("Best of " + system, spread.best()),
        columns.table("Worst of " + system, spread.worst()),
        columns.table("Random of " + system, spread.random()));
  }
}
