package org.radllama.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.radllama.eval.predict.ImportedPredictions;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.SubsetIndex;
import org.radllama.ingest.page.Page;
import org.radllama.ingest.page.Table;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.run.Settings;

/** {@code report.html}: what was scored, how it compares, and how sure that is. */
public final class EvalReport {
  private final EvalOutcome outcome;
  private final SubsetIndex subsets;
  private final Bootstrap bootstrap;
  private final Settings settings;

  /** A report on an outcome. */
  public EvalReport(
      EvalOutcome outcome, SubsetIndex subsets, Bootstrap bootstrap, Settings settings) {
    this.outcome = outcome;
    this.subsets = subsets;
    this.bootstrap = bootstrap;
    this.settings = settings;
  }

  /**
   * The page.
   *
   * @param examples how many best, worst and random examples it quotes; 0 keeps it free of report
   *     text
   */
  public String html(int examples) {
    Page page = new Page("Evaluation " + outcome.runId());
    page.paragraph(introduction());
    outcome.scores().byCorpus().forEach((corpus, rows) -> corpus(page, corpus, rows, examples));
    generated(page);
    imported(page);
    page.heading("The run").facts(facts());
    page.heading("Settings").preformatted(Json.text(settings.toJson()));
    return page.html();
  }

  private void corpus(
      Page page, Scores.Corpus corpus, Map<String, List<Integer>> rows, int examples) {
    CorpusTables tables = new CorpusTables(outcome, corpus);
    CorpusPlots plots = new CorpusPlots(outcome, corpus, rows, tables.ranking());
    String where = corpus.dataset() + ", " + corpus.split();
    page.heading("Leaderboard: " + where);
    page.paragraph(tables.lead());
    tables.leaderboards().forEach(page::table);
    plots.means(page);
    page.heading("Subsets: " + where);
    page.paragraph(
        "clean: no train report has the same findings after normalisation; leaked: one has; normal"
            + " and abnormal as the source labels its reports. A subset that cannot be told is"
            + " absent.");
    page.table(tables.bySubset());
    if (outcome.scores().metrics().stream().anyMatch(m -> m.contains("_unstemmed_"))) {
      page.heading("With and without the stemmer: " + where);
      page.table(tables.bothModes());
    }
    page.heading("Distributions: " + where);
    plots.scores(page);
    plots.lengths(page);
    page.heading("Are the differences real? " + where);
    page.paragraph(
        "Paired approximate randomisation, two-sided, %s random swappings; p after Holm's"
                .formatted(settings.config().getString("compare.trials"))
            + " correction over all tests of the same corpus and subset.");
    tables.significance().forEach(page::table);
    if (examples > 0) {
      page.heading("Examples: " + where);
      page.paragraph("Words of reports are patient data; this page was asked for them.");
      new ExampleTables(outcome, rows, tables.ranking()).tables(examples).forEach(page::table);
    }
  }

  private String introduction() {
    return String.format(
        Locale.ROOT,
        "%d reports, %d scored for each of %d systems. Scores are means of ROUGE F over reports, as"
            + " rouge_score computes them with its stemmer; in brackets the %s %% interval of %d"
            + " bootstrap samples.",
        outcome.reports(),
        outcome.scores().predictions().size() / outcome.systems().size(),
        outcome.systems().size(),
        Numbers.percent(bootstrap.confidence()),
        bootstrap.samples());
  }

  private void generated(Page page) {
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
        "Greedy, at most %s new tokens. A model that was trained on another run than %s may have seen"
                .formatted(
                    settings.config().getString("generate.max-new-tokens"),
                    outcome.dataset().orElse("this"))
            + " reports that count as clean here.");
    page.table(
        new Table(
            "Shortened prompts lost the end of their findings; unfinished impressions met the limit",
            List.of("System", "Prompts", "Shortened", "Unfinished", "Mean tokens", "Trained on"),
            rows));
  }

  private void imported(Page page) {
    if (outcome.imported().isEmpty()) {
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (ImportedPredictions.Joined joined : outcome.imported()) {
      rows.add(
          List.of(
              joined.answers().name(),
              "" + joined.read(),
              "" + joined.answers().byId().size(),
              "" + joined.count(ImportedPredictions.Kind.EXTRA),
              "" + joined.count(ImportedPredictions.Kind.DUPLICATE),
              "" + joined.count(ImportedPredictions.Kind.MISSING)));
    }
    page.heading("Imported predictions");
    page.table(
        new Table(
            "Lines read = kept + not in the split + duplicate; the ids stand in unmatched.jsonl."
                + " Missing reports: setting predictions.missing = "
                + settings.config().getString("predictions.missing"),
            List.of("System", "Lines", "Kept", "Not in split", "Duplicate", "Missing"),
            rows));
  }

  private Map<String, String> facts() {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Run", outcome.runId());
    facts.put("Dataset", outcome.dataset().orElse("none given; references from the files"));
    facts.put("Signature", outcome.signature());
    outcome.systems().forEach(s -> facts.put(s.name(), s.kind().name().toLowerCase(Locale.ROOT)));
    for (Map.Entry<Subset, Integer> size : subsets.sizes().entrySet()) {
      facts.put("Reports in " + size.getKey().label(), "" + size.getValue());
    }
    return facts;
  }
}
