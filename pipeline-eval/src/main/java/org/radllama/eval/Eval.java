package org.radllama.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.predict.EvaluationItem;
import org.radllama.eval.predict.Prediction;
import org.radllama.eval.report.EvalFiles;
import org.radllama.eval.report.EvalOutcome;
import org.radllama.eval.report.EvalReport;
import org.radllama.eval.report.Signature;
import org.radllama.eval.score.ScoreStage;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.ScoresFile;
import org.radllama.eval.score.Subset;
import org.radllama.eval.score.SubsetIndex;
import org.radllama.eval.score.Summary;
import org.radllama.eval.score.SummaryTable;
import org.radllama.ingest.run.JobContext;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.run.RunDirectory;
import org.radllama.ingest.run.RunRequest;

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
   * @throws JobFailure exit 3 for unreadable input, 4 for a run-id that is taken
   */
  public static EvalResult run(JobContext context, EvalConfig config) throws IOException {
    // First of all, so that every path is read with the Hadoop settings given to spark-submit.
    context.spark();
    if (config.output().dryRun()) {
      context.console().result(EvalPlan.text(context, config));
      return EvalResult.NOTHING;
    }
    RunRequest request =
        new RunRequest(
            "eval",
            config.output().out(),
            config.output().runId(),
            config.settings(),
            config.systems().inputs(),
            Set.of());
    Optional<RunDirectory> run = RunDirectory.open(context, request);
    if (run.isEmpty()) {
      return EvalResult.NOTHING;
    }
    try (RunDirectory directory = run.get()) {
      return new Eval(context, config).work(directory);
    }
  }

  private EvalResult work(RunDirectory run) throws IOException {
    run.stage("predict");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Answers answers = Answers.collect(context, spark, config);
    List<EvaluationItem> items = answers.set().items();
    List<Prediction> predictions = config.missing().predictions(items, answers.systems());
    run.stage("score");
    Scores scores = new ScoreStage(spark, config.metrics()).score(predictions);
    SubsetIndex subsets = SubsetIndex.of(answers.set());
    SummaryTable summaries = SummaryTable.of(scores, subsets, config.bootstrap());
    run.stage("compare");
    List<Comparison> comparisons = config.comparisons().between(scores, subsets);
    run.stage("report");
    EvalOutcome outcome =
        new EvalOutcome(
            run.runId(),
            signature(),
            answers.dataset(),
            answers.systems(),
            answers.generated(),
            answers.imported(),
            items.size(),
            scores,
            summaries,
            comparisons);
    write(run, spark, outcome, subsets);
    Path published = run.publish(extra(answers, outcome));
    summarize(published, summaries);
    return new EvalResult(Optional.of(published.toUri().getPath()), Optional.of(summaries));
  }

  /** With how the models wrote, if there are any. */
  private String signature() {
    String scoring = Signature.of(config.metrics(), config.bootstrap());
    return config.systems().baseModel().isEmpty()
        ? scoring
        : scoring + "|generate:" + config.generation().label();
  }

  private void write(
      RunDirectory run, JavaSparkContext spark, EvalOutcome outcome, SubsetIndex subsets)
      throws IOException {
    EvalFiles files = new EvalFiles(run.fileSystem(), run.path("metrics.json").getParent());
    files.predictions(outcome.scores().predictions());
    files.unmatched(outcome.imported());
    files.metrics(outcome);
    files.page(
        new EvalReport(outcome, subsets, config.bootstrap(), config.settings())
            .html(config.report().showText() ? config.report().examples() : 0));
    ScoresFile.write(spark, run.path("scores.parquet"), outcome.scores());
  }

  private ObjectNode extra(Answers answers, EvalOutcome outcome) {
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.set("counts", Counts.json(answers, outcome));
    extra.put("signature", outcome.signature());
    answers.dataset().ifPresent(id -> extra.put("dataset_run_id", id));
    return extra;
  }

  private void summarize(Path published, SummaryTable summaries) {
    summaries
        .systems()
        .forEach(
            (system, corpora) ->
                corpora.forEach(
                    (corpus, subsets) ->
                        Optional.ofNullable(subsets.get(Subset.ALL).get("rougeL_fmeasure"))
                            .ifPresent(s -> context.console().result(line(system, corpus, s)))));
    context.console().result(new Path(published, "report.html").toUri().getPath());
  }

  private static String line(String system, Scores.Corpus corpus, Summary s) {
    return String.format(
        Locale.ROOT,
        "%s on %s %s: R-L %.4f [%.4f, %.4f], n %d",
        system,
        corpus.dataset(),
        corpus.split(),
        s.mean(),
        s.low(),
        s.high(),
        s.n());
  }
}
