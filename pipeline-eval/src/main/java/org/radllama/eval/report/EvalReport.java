package org.radllama.eval.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.JoinCounts;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.join.Subset;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.score.Cell;
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

  /** Its tables but examples, by file name. */
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
    tables.put(TableFormats.slug(name + "-" + corpus.dataset() + "-" + corpus.split()), table);
  }

  private void corpus(Corpus corpus) {
    CorpusTables scores = new CorpusTables(outcome, corpus);
    CorpusPlots plots = new CorpusPlots(outcome, corpus, scores);
    String where = corpus.dataset() + ", " + corpus.split();
    page.heading("Leaderboard: " + where);
    page.paragraph(scores.lead());
    numbered("leaderboard", corpus, scores.leaderboards());
    plots.means(page);
    List<Table> others = scores.otherScores();
    if (!others.isEmpty()) {
      page.heading("Other scores: " + where);
      numbered("other-scores", corpus, others);
    }
    page.heading("Subsets: " + where);
    page.paragraph(meanings(corpus));
    table("subsets", corpus, scores.bySubset());
    scores
        .bothModes()
        .ifPresent(
            both -> {
              page.heading("With and without the stemmer: " + where);
              table("stemming", corpus, both);
            });
    page.heading("Distributions: " + where);
    plots.scores(page);
    plots.lengths(page);
    tables.put(
        TableFormats.slug("lengths-" + corpus.dataset() + "-" + corpus.split()),
        plots.lengthTable());
    plots.copies(page);
    findings(corpus, where, scores);
    significance(corpus, where, scores);
    List<Table> examples = new ExampleTables(outcome, corpus, scores).all();
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
    StringBuilder text = new StringBuilder();
    for (Subset subset : outcome.summaries().subsets(corpus)) {
      text.append(subset.label()).append(": ").append(subset.meaning()).append("; ");
    }
    return text.append("a subset that cannot be told or is empty is absent.").toString();
  }

  private void findings(Corpus corpus, String where, CorpusTables scores) {
    FindingTables findings = new FindingTables(outcome, corpus, scores.ranking());
    if (!findings.known()) {
      return;
    }
    page.heading("Findings stated: " + where);
    page.paragraph(FindingTables.DISCLAIMER);
    table("findings", corpus, findings.byObservation());
    findings
        .calibration()
        .ifPresent(
            calibration -> {
              page.heading("Normal against abnormal: " + where);
              table("calibration", corpus, calibration);
              findings.calibrationPlots(page);
            });
  }

  private void significance(Corpus corpus, String where, CorpusTables scores) {
    SignificanceTables tests =
        new SignificanceTables(outcome, corpus, scores.ranking(), scores.rankedBy());
    if (tests.pairs().isEmpty()) {
      return;
    }
    page.heading("Are the differences real? " + where);
    page.paragraph(
        "Paired approximate randomisation, two-sided, %s random swappings; p after Holm's"
                .formatted(settings.config().getString("compare.trials"))
            + " correction over all tests of the same corpus and subset.");
    tests
        .matrices()
        .forEach((subset, t) -> table("significance-matrix-" + subset.label(), corpus, t));
    tests.pairs().forEach((subset, t) -> table("significance-" + subset.label(), corpus, t));
  }

  private void bySource() {
    List<String> header = new ArrayList<>(List.of("System"));
    List<Corpus> corpora = outcome.summaries().corpora();
    corpora.forEach(c -> header.add(c.dataset() + ", " + c.split()));
    CorpusTables first = new CorpusTables(outcome, corpora.get(0));
    List<List<String>> rows = new ArrayList<>();
    for (String system : outcome.summaries().systems().keySet()) {
      List<String> row = new ArrayList<>(List.of(system));
      for (Corpus corpus : corpora) {
        row.add(
            outcome
                .summaries()
                .get(system, corpus, Subset.ALL, first.rankedBy())
                .map(Numbers::interval)
                .orElse(""));
      }
      rows.add(row);
    }
    Table table = new Table(Names.of(first.rankedBy()) + " on all reports", header, rows);
    page.heading("By source").table(table);
    tables.put("by-source", table);
  }

  /** What {@code metrics.json} holds, a row a score. */
  private Table everyScore() {
    List<List<String>> rows = new ArrayList<>();
    outcome
        .summaries()
        .systems()
        .forEach(
            (system, corpora) ->
                corpora.forEach(
                    (corpus, subsets) ->
                        subsets.forEach(
                            (subset, scores) ->
                                scores.forEach(
                                    (metric, s) ->
                                        rows.add(
                                            List.of(
                                                system,
                                                corpus.dataset(),
                                                corpus.split(),
                                                subset.label(),
                                                metric,
                                                "" + s.mean(),
                                                "" + s.low(),
                                                "" + s.high(),
                                                "" + s.n()))))));
    List<String> header =
        List.of("system", "dataset", "split", "subset", "metric", "mean", "low", "high", "n");
    return new Table("Every score with its bootstrap interval", header, rows);
  }

  private Table everyComparison() {
    List<List<String>> rows =
        outcome.comparisons().stream()
            .map(
                c ->
                    List.of(
                        c.corpus().dataset(),
                        c.corpus().split(),
                        c.subset().label(),
                        c.metric(),
                        c.a(),
                        c.b(),
                        "" + c.n(),
                        "" + c.difference(),
                        "" + c.p(),
                        "" + c.holm()))
            .toList();
    List<String> header =
        List.of("dataset", "split", "subset", "metric", "a", "b", "n", "difference", "p", "p_holm");
    return new Table("Every paired test", header, rows);
  }

  private String introduction() {
    String scored =
        String.format(
            Locale.ROOT,
            "%d reports, %d scored for each of %d systems. ROUGE is the mean of F over reports, as"
                + " rouge_score computes it with its stemmer; in brackets the %s %% interval of %d"
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
            + " Corpora of more than %d reports are resampled and swapped in 2,048 random groups."
                .formatted(Cell.MOST_SINGLE_REPORTS)
        : scored;
  }

  private void generated() {
    if (outcome.generated().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (ModelSystem.Generated model : outcome.generated()) {
      int prompts = model.answers().byId().size();
      rows.add(
          List.of(
              model.answers().name(),
              "" + prompts,
              "" + model.shortened(),
              "" + model.unfinished(),
              String.format(Locale.ROOT, "%.1f", model.newTokens() / (double) prompts),
              model.trainedOn().orElse("not stated")));
    }
    page.heading("Generated impressions");
    page.paragraph(
        "Written by %s. A model that was trained on another run than %s may have seen"
                .formatted(
                    outcome.signature().replaceFirst(".*\\|generate:", ""),
                    outcome.dataset().orElse("this"))
            + " reports that count as clean here.");
    page.table(
        new Table(
            "Shortened prompts lost the end of their findings; unfinished impressions met the limit",
            List.of("System", "Prompts", "Shortened", "Unfinished", "Mean tokens", "Trained on"),
            rows));
  }

  private void imported() {
    if (outcome.files().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (ReportJoin.OfFile file : outcome.files()) {
      JoinCounts.OfSource counts = file.counts();
      rows.add(
          List.of(
              file.system(),
              file.metrics().isEmpty() ? "predictions" : String.join(", ", file.metrics()),
              "" + counts.read(),
              "" + counts.kept(),
              "" + counts.extra(),
              "" + counts.duplicate(),
              "" + counts.missing()));
    }
    page.heading("Imported files");
    page.table(
        new Table(
            "Lines read = kept + not in the split + duplicate; the ids stand in unmatched.jsonl."
                + " Missing reports: setting predictions.missing = "
                + settings.config().getString("predictions.missing"),
            List.of("System", "Of", "Lines", "Kept", "Not in split", "Duplicate", "Missing"),
            rows));
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
      String system = outcome.summaries().systems().keySet().iterator().next();
      outcome
          .tally()
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
