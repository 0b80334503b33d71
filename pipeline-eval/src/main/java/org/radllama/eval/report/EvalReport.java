package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.join.Subset;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.page.Columns;
import org.radllama.page.Page;
import org.radllama.page.Table;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** {@code report.html} and its tables: what was scored, how it compares, and how sure that is. */
public final class EvalReport {
  private final EvalOutcome outcome;
  private final Bootstrap bootstrap;
  private final Settings settings;
  private final ObjectNode manifest;
  private final Page page;
  private final Map<String, Table> tables = new TreeMap<>();

  /**
   * A report on an outcome. It quotes reports only where the tally kept examples.
   *
   * @param manifest the run's, without its outputs, of which this page is one
   */
  public EvalReport(
      EvalOutcome outcome, Bootstrap bootstrap, Settings settings, ObjectNode manifest) {
    this.outcome = outcome;
    this.bootstrap = bootstrap;
    this.settings = settings;
    this.manifest = manifest;
    this.page = new Page("Evaluation " + outcome.runId());
    write();
  }

  /** The page. */
  public String html() {
    return page.html();
  }

  /** Its tables but examples, by the names of their files below {@code tables}. */
  public Map<String, Table> tables() {
    return tables;
  }

  private void write() {
    page.paragraph(introduction());
    outcome.summaries().corpora().forEach(this::corpus);
    if (outcome.summaries().corpora().size() > 1) {
      bySource();
    }
    tables.put("scores", everyScore());
    tables.put("comparisons", everyComparison());
    generated();
    imported();
    page.heading("The run").facts(facts());
    page.heading("The run's manifest").preformatted(Json.text(manifest));
  }

  private void table(String name, Corpus corpus, Table table) {
    page.table(table);
    tables.put(fileName(name, corpus), table);
  }

  private static String fileName(String name, Corpus corpus) {
    return TableFormats.slug(name + "-" + corpus.dataset() + "-" + corpus.split());
  }

  private void corpus(Corpus corpus) {
    CorpusScores scores = new CorpusScores(outcome, corpus);
    CorpusTables own = new CorpusTables(scores, settings.config().getBoolean("report.cited"));
    Verdicts verdicts = Verdicts.of(scores);
    CorpusPlots plots = new CorpusPlots(scores);
    String where = scores.where();
    page.heading("Leaderboard: " + where);
    page.paragraph(verdicts.headline());
    outcome.emptied(corpus).ifPresent(page::paragraph);
    table("verdicts", corpus, verdicts.table());
    numbered("leaderboard", corpus, own.leaderboards());
    plots.means(page);
    own.notComparable().ifPresent(table -> table("cited", corpus, table));
    List<Table> others = own.otherScores();
    if (!others.isEmpty()) {
      page.heading("Other scores: " + where);
      numbered("other-scores", corpus, others);
    }
    page.heading("Subsets: " + where);
    page.paragraph(meanings(corpus));
    table("subsets", corpus, own.bySubset());
    own.bothModes()
        .ifPresent(
            both -> {
              page.heading("With and without the stemmer: " + where);
              table("stemming", corpus, both);
            });
    page.heading("Distributions: " + where);
    plots.scores(page);
    plots.lengths(page);
    tables.put(fileName("lengths", corpus), plots.lengthTable());
    plots.copies(page);
    findings(scores);
    significance(scores);
    List<Table> examples = own.examples();
    if (!examples.isEmpty()) {
      page.heading("Examples: " + where);
      page.paragraph("Words of reports are patient data; this page was asked for them.");
      examples.forEach(page::table);
    }
  }

  private void numbered(String name, Corpus corpus, List<Table> some) {
    List<String> subsets = List.of("all", "clean", "leaked");
    for (int i = 0; i < some.size(); i++) {
      table(name + "-" + subsets.get(i), corpus, some.get(i));
    }
  }

  private String meanings(Corpus corpus) {
    return outcome.summaries().subsets(corpus).stream()
        .map(subset -> subset.label() + ": " + subset.meaning() + "; ")
        .collect(Collectors.joining("", "", "a subset that cannot be told or is empty is absent."));
  }

  private void findings(CorpusScores scores) {
    FindingTables findings = new FindingTables(scores);
    if (!findings.known()) {
      return;
    }
    page.heading("Findings stated: " + scores.where());
    page.paragraph(FindingTables.DISCLAIMER);
    table("findings", scores.corpus(), findings.byObservation());
    findings
        .calibration()
        .ifPresent(
            calibration -> {
              page.heading("Normal against abnormal: " + scores.where());
              table("calibration", scores.corpus(), calibration);
              findings.calibrationPlots(page);
            });
  }

  private void significance(CorpusScores scores) {
    SignificanceTables tests = new SignificanceTables(scores);
    List<Subset> subsets = tests.subsets();
    if (subsets.isEmpty()) {
      return;
    }
    page.heading("Are the differences real? " + scores.where());
    page.paragraph(
        "Paired approximate randomisation, two-sided, %s random swappings; p after Holm's"
                .formatted(settings.config().getString("compare.trials"))
            + " correction over all tests of the same corpus and subset.");
    for (Subset subset : subsets) {
      String name = "significance-matrix-" + subset.label();
      tests.matrix(subset).ifPresent(matrix -> table(name, scores.corpus(), matrix));
    }
    for (Subset subset : subsets) {
      table("significance-" + subset.label(), scores.corpus(), tests.pairs(subset));
    }
  }

  private void bySource() {
    List<Corpus> corpora = outcome.summaries().corpora();
    String metric = outcome.metrics().names().get(outcome.metrics().ranking());
    Columns<String> columns = new Columns<String>().add("System", system -> system);
    for (Corpus corpus : corpora) {
      columns.add(
          corpus.dataset() + ", " + corpus.split(),
          system ->
              outcome
                  .summaries()
                  .get(system, corpus, Subset.ALL, metric)
                  .map(Numbers::interval)
                  .orElse(""));
    }
    Table table =
        columns.table(Names.of(metric) + " on all reports", outcome.summaries().systems());
    page.heading("By source").table(table);
    tables.put("by-source", table);
  }

  /** What {@code metrics.json} holds, a row a score. */
  private Table everyScore() {
    return new Columns<Summary>()
        .add("system", s -> s.key().system())
        .add("dataset", s -> s.key().corpus().dataset())
        .add("split", s -> s.key().corpus().split())
        .add("subset", s -> s.key().subset().label())
        .add("metric", s -> s.key().metric())
        .add("mean", Summary::mean)
        .add("low", Summary::low)
        .add("high", Summary::high)
        .add("n", Summary::n)
        .table("Every score with its bootstrap interval", outcome.summaries().all());
  }

  private Table everyComparison() {
    return new Columns<Comparison>()
        .add("dataset", c -> c.corpus().dataset())
        .add("split", c -> c.corpus().split())
        .add("subset", c -> c.subset().label())
        .add("metric", Comparison::metric)
        .add("a", Comparison::a)
        .add("b", Comparison::b)
        .add("n", Comparison::n)
        .add("difference", Comparison::difference)
        .add("p", Comparison::p)
        .add("p_holm", Comparison::holm)
        .table("Every paired test", outcome.comparisons());
  }

  private String introduction() {
    String scored =
        format(
            "%d reports, %d scored for each of %d systems. ROUGE is the mean of F over reports,"
                + " computed as the signature below says; in brackets the %s %% interval of %d"
                + " bootstrap samples.",
            outcome.counts().reports(),
            outcome.counts().scored(),
            outcome.kinds().size(),
            Numbers.percent(bootstrap.confidence()),
            bootstrap.samples());
    boolean grouped =
        outcome.counts().scoredByCorpus().values().stream()
            .anyMatch(n -> n > Cell.MOST_SINGLE_REPORTS);
    return grouped
        ? scored
            + format(
                " Corpora of more than %d reports are resampled and swapped in 2,048 random groups.",
                Cell.MOST_SINGLE_REPORTS)
        : scored;
  }

  private void generated() {
    if (outcome.generated().isEmpty()) {
      return;
    }
    page.heading("Generated impressions");
    page.paragraph(
        "Written by %s. A model that was trained on another run than %s may have seen"
                .formatted(
                    outcome.signature().replaceFirst(".*\\|generate:", ""),
                    outcome.dataset().orElse("this"))
            + " reports that count as clean here.");
    page.table(
        new Columns<ModelSystem.Generated>()
            .add("System", m -> m.answers().name())
            .add("Prompts", m -> m.answers().byId().size())
            .add("Shortened", ModelSystem.Generated::shortened)
            .add("Unfinished", ModelSystem.Generated::unfinished)
            .add("Mean tokens", EvalReport::meanTokens)
            .add("Trained on", m -> m.trainedOn().orElse("not stated"))
            .table(
                "Shortened prompts lost the end of their findings; unfinished impressions met the"
                    + " limit",
                outcome.generated()));
  }

  private static String meanTokens(ModelSystem.Generated model) {
    return format("%.1f", model.newTokens() / (double) model.answers().byId().size());
  }

  private void imported() {
    new Columns<ReportJoin.OfFile>()
        .add("System", ReportJoin.OfFile::system)
        .add("Of", f -> f.metrics().isEmpty() ? "predictions" : String.join(", ", f.metrics()))
        .add("Lines", f -> f.counts().read())
        .add("Kept", f -> f.counts().kept())
        .add("Not in split", f -> f.counts().extra())
        .add("Duplicate", f -> f.counts().duplicate())
        .add("Missing", f -> f.counts().missing())
        .tableOfAny(
            "Lines read = kept + not in the split + duplicate; the ids stand in unmatched.jsonl."
                + " Missing reports: setting predictions.missing = "
                + settings.config().getString("predictions.missing"),
            outcome.files())
        .ifPresent(table -> page.heading("Imported files").table(table));
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", outcome.runId());
    facts.put("Dataset", outcome.dataset().orElse("none given; references from the files"));
    facts.put("Signature", outcome.signature());
    outcome
        .metrics()
        .signatures(outcome.counts().references())
        .forEach((name, s) -> facts.put("Signature of " + name, s));
    outcome.kinds().forEach((name, kind) -> facts.put(name, kind.name().toLowerCase(Locale.ROOT)));
    for (Corpus corpus : outcome.summaries().corpora()) {
      String system = outcome.summaries().systems().get(0);
      outcome
          .sums()
          .cells(system, corpus)
          .forEach(
              (subset, cell) ->
                  facts.put(
                      "Reports of %s in %s".formatted(corpus.dataset(), subset.label()),
                      "" + cell.reports()));
    }
    Optional.of(outcome.counts().reports() - outcome.counts().scored())
        .filter(n -> n > 0)
        .ifPresent(n -> facts.put("Reports not scored", "" + n));
    return facts;
  }
}
