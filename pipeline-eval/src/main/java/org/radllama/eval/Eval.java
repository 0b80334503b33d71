package org.radllama.eval;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Inputs;
import org.radllama.eval.join.JoinCounts;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.predict.KeptTexts;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.report.EvalOutcome;
import org.radllama.eval.report.EvalReport;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.report.Signature;
import org.radllama.eval.report.TableFormats;
import org.radllama.eval.report.Verdicts;
import org.radllama.eval.score.ScoreStage;
import org.radllama.eval.score.family.EncoderFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.ScoreFamily;
import org.radllama.eval.score.statistics.SufficientStatistics;
import org.radllama.eval.score.statistics.SummaryTable;
import org.radllama.page.Table;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunRequest;
import org.radllama.tracking.Tracking;

/** The evaluation job: predict, score, compare, report. */
public final class Eval {
  private final JobContext context;
  private final EvalConfig config;

  private Eval(JobContext context, EvalConfig config) {
    this.context = context;
    this.config = config;
  }

  /**
   * Runs to a published report, or prints the plan.
   *
   * @throws JobFailure exit 3 for unreadable input, 4 or 7 for a run-id that is taken
   */
  public static EvalResult run(JobContext context, EvalConfig config) throws IOException {
    // First of all, so that every path is read with the Hadoop settings given to spark-submit.
    context.spark();
    if (config.output().dryRun()) {
      context.console().result(EvalPlan.text(context, config));
      return EvalResult.NOTHING;
    }
    Tracking tracking = Tracking.of(context);
    RunRequest request =
        new RunRequest(
            "eval",
            config.output().out(),
            config.output().runId(),
            config.settings(),
            config.systems().inputs(),
            Set.of(),
            Set.of(),
            Set.of(KeptTexts.FOLDER));
    Eval eval = new Eval(context, config);
    Run.Published<Scored> run = Run.publish(context, request, eval::work);
    run.value().ifPresent(scored -> eval.summarize(run, scored));
    tracking.after(run);
    return new EvalResult(
        run.value().map(scored -> run.shown()), run.value().map(Scored::summaries));
  }

  /**
   * What the terminal tells.
   *
   * @param lines what is said of each system and corpus
   */
  private record Scored(SummaryTable summaries, List<String> lines) {}

  private Run.Result<Scored> work(RunDirectory run) throws IOException {
    run.stage("predict");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    KeptTexts kept = KeptTexts.of(run);
    Predictions answers = Predictions.collect(context, spark, config, kept);
    run.stage("join");
    ReportJoin join = ReportJoin.of(spark, inputs(answers));
    join.counts();
    join.files().forEach(file -> context.console().line(met(file)));
    Metrics metrics = metrics(join);
    run.stage("score");
    int examples = config.report().showText() ? config.report().examples() : 0;
    SufficientStatistics sums =
        new ScoreStage(spark, metrics, examples, config.report().evidence())
            .score(join, run.fileSystem(), run.directory());
    SummaryTable summaries = SummaryTable.of(sums, metrics, config.intervals());
    run.stage("compare");
    List<Comparison> comparisons =
        config.comparisons().with(join.importedMetrics()).between(sums, metrics);
    run.stage("report");
    EvalOutcome outcome =
        new EvalOutcome(
            run.runId(),
            signature(metrics),
            metrics,
            answers.dataset(),
            kinds(join, answers),
            answers.generated(),
            join.files(),
            join.counts(),
            sums,
            summaries,
            comparisons);
    summaries.corpora().stream()
        .flatMap(corpus -> outcome.emptied(corpus).stream())
        .forEach(context.console()::line);
    run.write("metrics.json", Json.text(PublishedScores.json(outcome)));
    ObjectNode extra = extra(answers, join, outcome);
    ObjectNode manifest = run.origin().setAll(extra);
    EvalReport report =
        new EvalReport(outcome, config.intervals().bootstrap(), config.settings(), manifest);
    run.write("report.html", report.html());
    for (Map.Entry<String, Table> table : report.tables().entrySet()) {
      String name = "tables/" + table.getKey();
      run.write(name + ".csv", TableFormats.csv(table.getValue()));
      run.write(name + ".md", TableFormats.markdown(table.getValue()));
      run.write(name + ".tex", TableFormats.latex(table.getValue()));
    }
    kept.clear(context.hadoop());
    return new Run.Result<>(extra, new Scored(summaries, lines(outcome)));
  }

  /** With how the models wrote, if there are any. */
  private String signature(Metrics metrics) {
    String scoring = Signature.of(metrics, config.intervals());
    return config.systems().baseModel().isEmpty()
        ? scoring
        : scoring + "|generate:" + config.generation().label();
  }

  private Inputs inputs(Predictions answers) {
    return new Inputs(
        answers.set(),
        answers.local(),
        config.systems().predictions(),
        config.systems().scores(),
        config.missing(),
        config.subsets());
  }

  private Metrics metrics(ReportJoin join) throws IOException {
    List<ScoreFamily> families = new ArrayList<>();
    for (ScoreFamily family : config.metrics().families()) {
      families.add(
          family instanceof EncoderFamily encoder
              ? encoder.opened(context.hadoop(), join.references())
              : family);
    }
    try {
      return new Metrics(families).with(join.importedMetrics());
    } catch (IllegalArgumentException e) {
      throw JobFailure.usage("--scores: %s; rename the column".formatted(e.getMessage()));
    }
  }

  private static Map<String, SystemAnswers.Kind> kinds(ReportJoin join, Predictions answers) {
    Map<String, SystemAnswers.Kind> kinds = new TreeMap<>();
    join.systems().forEach(name -> kinds.put(name, SystemAnswers.Kind.IMPORTED));
    answers.local().forEach(system -> kinds.put(system.name(), system.kind()));
    return kinds;
  }

  private ObjectNode extra(Predictions answers, ReportJoin join, EvalOutcome outcome)
      throws IOException {
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.set("counts", EvalCounts.json(answers, join));
    extra.put("signature", outcome.signature());
    answers.dataset().ifPresent(id -> extra.put("dataset_run_id", id));
    return extra;
  }

  private static List<String> lines(EvalOutcome outcome) {
    List<String> lines = new ArrayList<>();
    for (Corpus corpus : outcome.summaries().corpora()) {
      Verdicts verdicts = Verdicts.of(outcome, corpus);
      lines.add(corpus.dataset() + " " + corpus.split());
      TableFormats.text(verdicts.shortTable()).forEach(line -> lines.add("  " + line));
      lines.add("  " + verdicts.headline());
    }
    return lines;
  }

  private void summarize(Run.Published<?> run, Scored scored) {
    scored.lines().forEach(context.console()::result);
    context.console().result(run.shown("report.html"));
  }

  private static String met(ReportJoin.OfFile file) {
    JoinCounts.OfSource of = file.counts();
    return format(
        "%s of %s: %d lines, %d matched, %d missing, %d extra, %d duplicate",
        file.metrics().isEmpty() ? "predictions" : String.join(", ", file.metrics()),
        file.system(),
        of.read(),
        of.kept(),
        of.missing(),
        of.extra(),
        of.duplicate());
  }
}
