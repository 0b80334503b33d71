package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
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
    RunFacts facts = new RunFacts(outcome, manifest);
    page.facts(facts.setUp());
    outcome
        .dataset()
        .ifPresent(
            id ->
                page.links(
                    "Where these were published beside this run:",
                    List.of(
                        new Page.Link("dataset card", "../" + id + "/card.html"),
                        new Page.Link("all runs over time", "../latest-report.html"))));
    page.links(
        "Files of this run:",
        List.of(
            new Page.Link("metrics.json", "metrics.json"),
            new Page.Link("tables for spreadsheets and papers", "tables/"),
            new Page.Link("manifest.json", "manifest.json"),
            new Page.Link("timings.json (when it ran)", "timings.json")));
    page.paragraph(introduction());
    outcome.summaries().corpora().forEach(this::corpus);
    if (outcome.summaries().corpora().size() > 1) {
      bySource();
    }
    tables.put("scores", everyScore());
    tables.put("comparisons", everyComparison());
    generated();
    imported();
    page.heading("The run").facts(facts.all());
    page.preformatted("The run's manifest, with all settings", Json.text(manifest));
  }

  private void table(String name, Corpus corpus, Table table) {
    page.table(table);
    file(name, corpus, table);
  }

  /** A table for programs alone, or one that the page shows elsewhere. */
  private void file(String name, Corpus corpus, Table table) {
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
    same(scores).ifPresent(page::paragraph);
    outcome.emptied(corpus).ifPresent(page::paragraph);
    table("verdicts", corpus, verdicts.table());
    bySubset("leaderboard", scores, own.leaderboards());
    plots.means(page, own.matching());
    own.notComparable()
        .ifPresent(
            table -> {
              page.folded("Figures of others on this corpus, which do not compare", List.of(table));
              file("cited", corpus, table);
            });
    Map<Subset, Table> others = own.otherScores();
    if (!others.isEmpty()) {
      page.heading("Other scores: " + where);
      bySubset("other-scores", scores, others);
    }
    subsets(scores, own);
    page.heading("Distributions: " + where);
    plots.scores(page);
    plots.lengths(page);
    table("lengths", corpus, plots.lengthTable());
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

  /** What need not be shown again. */
  private Optional<String> same(CorpusScores scores) {
    List<String> whole =
        outcome.summaries().subsets(scores.corpus()).stream()
            .filter(scores::isWhole)
            .map(Subset::label)
            .toList();
    return whole.isEmpty()
        ? Optional.empty()
        : Optional.of(
            (whole.size() == 1 ? "The subset %s is" : "The subsets %s are each")
                    .formatted(String.join(", ", whole))
                + " all of these reports, so their scores are those of all and are not repeated.");
  }

  private void bySubset(String name, CorpusScores scores, Map<Subset, Table> of) {
    of.forEach(
        (subset, table) -> {
          if (!scores.isWhole(subset)) {
            page.table(table);
          }
          file(name + "-" + subset.label(), scores.corpus(), table);
        });
  }

  private void subsets(CorpusScores scores, CorpusTables own) {
    Corpus corpus = scores.corpus();
    Table table = own.bySubset();
    file("subsets", corpus, table);
    if (scores.distinctSubsets().size() > 1) {
      page.heading("Subsets: " + scores.where());
      page.paragraph(meanings(corpus));
      page.table(table);
    }
    own.bothModes()
        .ifPresent(
            both -> {
              page.folded("With and without the stemmer", List.of(both));
              file("stemming", corpus, both);
            });
  }

  private String meanings(Corpus corpus) {
    return outcome.summaries().subsets(corpus).stream()
        .map(subset -> subset.label() + ": " + subset.meaning() + "; ")
        .collect(Collectors.joining("", "", "a subset that is unknown or empty is left out."));
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
    List<Table> pairs = new ArrayList<>();
    for (Subset subset : subsets) {
      boolean shown = !scores.isWhole(subset);
      tests
          .matrix(subset)
          .ifPresent(
              matrix -> {
                if (shown) {
                  page.table(matrix);
                }
                file("significance-matrix-" + subset.label(), scores.corpus(), matrix);
              });
      Table all = tests.pairs(subset);
      file("significance-" + subset.label(), scores.corpus(), all);
      if (shown) {
        pairs.add(all);
      }
    }
    page.folded("Every pair of systems, with every score that was tested", pairs);
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
        .add("of", s -> isMean(s) ? "mean over reports" : "whole corpus")
        .add("low", Summary::low)
        .add("high", Summary::high)
        .add("n", Summary::n)
        .table("Every score with its bootstrap interval", outcome.summaries().all());
  }

  /** Some scores are no means but computed of the summed counts of all reports. */
  private boolean isMean(Summary s) {
    int metric = outcome.metrics().index(s.key().metric());
    return metric >= 0 && outcome.metrics().meanOf(metric) >= 0;
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
}
