package org.radllama.train;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.PromptTemplate;
import org.radllama.run.JobContext;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunRequest;
import org.radllama.tracking.Tracking;
import org.radllama.train.chat.AlpacaChatTemplate;
import org.radllama.train.cluster.MemoryNeed;
import org.radllama.train.cluster.Preflight;
import org.radllama.train.cluster.Protections;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.Truncation;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Engines;
import org.radllama.train.export.TensorBoardFile;
import org.radllama.train.export.TrainingFacts;
import org.radllama.train.export.TrainingLog;
import org.radllama.train.optim.AdamW;
import org.radllama.train.resume.Checkpoints;
import org.radllama.train.resume.TrainingState;
import org.radllama.train.step.SparkGradients;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** The phases of a training run: encode, train, export, publish. */
final class Train {
  private static final String METRICS = "metrics.jsonl";
  private static final String PAGE = "training.html";
  private static final String CHECKPOINTS = "checkpoints";

  private final JobContext context;
  private final TrainConfig config;

  private Train(JobContext context, TrainConfig config) {
    this.context = context;
    this.config = config;
  }

  static void run(JobContext context, TrainFlags flags) throws IOException {
    if (TrainConfig.needsShipped(context.settings().sound())) {
      context.spark();
    }
    TrainConfig config = TrainConfig.of(context.settings().config());
    if (flags.inspect != null) {
      Inspection.print(context, config, flags);
      return;
    }
    ModelFiles.requireExportable(context.hadoop(), config);
    Train train = new Train(context, config);
    if (flags.dryRun) {
      train.explain();
      return;
    }
    Tracking tracking = Tracking.of(context);
    Preflight.check(context.sparkConf(), config.cluster());
    if (flags.out != null) {
      // A large base takes longer to hash than YARN waits for a session.
      context.startSpark();
    }
    Run.Published<String> run =
        Run.publish(
            context, train.request(flags), directory -> train.work(directory, flags.resume));
    run.value().ifPresent(name -> context.console().result(run.shown(name)));
    tracking.after(run);
  }

  private RunRequest request(TrainFlags flags) {
    return new RunRequest(
        "train",
        flags.out,
        Optional.ofNullable(flags.runId),
        context.settings(),
        config.inputs().all(),
        Set.of(
            "cluster", "checkpoint.minutes", "dataset", "base-model", "init-adapter", "tokenizer"),
        Set.of(METRICS, PAGE, TensorBoardFile.NAME),
        flags.resume ? Set.of(CHECKPOINTS, METRICS, TensorBoardFile.NAME) : Set.of());
  }

  /** Answers what the exported model is called in the run's directory. */
  private Run.Result<String> work(RunDirectory run, boolean resume) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Configuration hadoop = spark.hadoopConfiguration();
    context.console().line(Protections.line(spark.getConf()));
    InstructionDataset dataset = InstructionDataset.open(hadoop, config.inputs().dataset());
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, config.inputs().tokenizer())) {
      MemoryNeed need = TrainedModel.plan(hadoop, config, tokenizer).need(config);
      Preflight preflight = new Preflight(spark, config.cluster(), config.engine());
      context.console().line(preflight.check(need));
      run.stage("encode");
      PromptFormat format = config.prompt(hadoop, tokenizer);
      TrainingData data = TrainingData.encode(spark, dataset, tokenizer, format, config);
      report(data.truncation());
      warnOfIdle(preflight.slots(), data.plan(config).microBatches(0).size());
      if (format.name().equals(PromptTemplate.NAME) && AlpacaChatTemplate.of(tokenizer).isEmpty()) {
        context
            .console()
            .line("no chat template is written: none is certain to give the token ids of training");
      }
      TrainedModel model = TrainedModel.start(hadoop, config, tokenizer);
      model.requireRoomFor(tokenizer, config);
      data.requireRows(model.llama().vocabularySize());
      ModelFiles files = new ModelFiles(hadoop, config, model, tokenizer, format, dataset);
      Checkpoints checkpoints =
          new Checkpoints(
              run.fileSystem(),
              run.path(CHECKPOINTS),
              model.layout(),
              files,
              config.checkpoint().keep());
      run.stage("train");
      TrainResult result;
      try (SparkGradients gradients =
          new SparkGradients(
              spark, model.spec(config), config.cluster(), context.console()::line)) {
        result = loop(run, resume, data, model, checkpoints, gradients);
      } finally {
        Engines.closeAll();
      }
      run.stage("export");
      ObjectNode manifest = manifest(result, data);
      files.export(
          run.directory(),
          run.runId(),
          TrainingFacts.of(run.origin(), manifest, dataset.manifest()));
      checkpoints.close();
      if (config.adaptation() instanceof Adaptation.Lora && model.baseName().isEmpty()) {
        context
            .console()
            .line("the adapter does not name its base, since that has no name: --base-model-id ID");
      }
      return new Run.Result<>(manifest, files.name());
    }
  }

  private void report(Truncation cut) {
    if (!cut.cuts().isEmpty()) {
      context
          .console()
          .line(
              format(
                  "%d of %d examples are longer than max-length: %d lose similar reports; %d backgrounds, %d findings and %d outputs lose their end",
                  cut.cuts().size(),
                  cut.examples(),
                  cut.similarCut(),
                  cut.backgroundsCut(),
                  cut.inputsCut(),
                  cut.outputsCut()));
    }
  }

  /** Nothing else shows it: a step waits for its slowest slot, however many have no work. */
  private void warnOfIdle(int slots, int microBatches) {
    if (microBatches < slots) {
      context
          .console()
          .line(
              format(
                  "there are %d slots, but a step has only %d micro-batch%s: the other slots stay idle (a larger batch-size or smaller micro-batch-tokens uses them)",
                  slots, microBatches, microBatches == 1 ? "" : "es"));
    }
  }

  private TrainResult loop(
      RunDirectory run,
      boolean resume,
      TrainingData data,
      TrainedModel model,
      Checkpoints checkpoints,
      SparkGradients gradients)
      throws IOException {
    AdamW.Hyper hyper = config.optimiser().hyper();
    boolean any = resume && checkpoints.newest().isPresent();
    boolean best = config.validation().selectBest();
    Optional<TrainingState> kept = any ? checkpoints.newestWhole(hyper, best) : Optional.empty();
    kept.ifPresent(s -> context.console().line("resuming after step " + s.steps()));
    if (any && kept.isEmpty()) {
      context.console().line("no checkpoint is complete: training starts over");
    }
    TrainingState state = kept.orElseGet(() -> TrainingState.start(model.values(), hyper));
    try (TrainingLog log =
        new TrainingLog(
            run.fileSystem(), run.path(METRICS), state.steps(), config.forTensorBoard())) {
      TrainResult result =
          new Training(run::requireOwned, config, data, gradients, log, checkpoints)
              .run(state, context.console());
      System.arraycopy(state.values(), 0, model.values(), 0, model.values().length);
      log.writePage(
          run.fileSystem(),
          run.path(PAGE),
          new TrainingLog.About(run.runId(), facts(result, data), Json.text(run.origin())));
      log.summary().forEach(context.console()::line);
      return result;
    }
  }

  private Map<String, String> facts(TrainResult result, TrainingData data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("method", config.adaptation().getClass().getSimpleName().toLowerCase(Locale.ROOT));
    facts.put("engine", Engines.explain(config.engine().engine()));
    facts.put("objective", config.objective().name().toLowerCase(Locale.ROOT));
    facts.put("prompt template", config.template());
    facts.put("similar reports in the prompt", config.similar().toString());
    facts.put("trained weights", String.valueOf(result.parameters()));
    facts.put("examples", String.valueOf(data.train().size()));
    facts.put("steps", String.valueOf(result.steps()));
    facts.put("target tokens", String.valueOf(result.targetTokens()));
    facts.put(
        "prompts without some similar reports", String.valueOf(data.truncation().similarCut()));
    facts.put("backgrounds shortened", String.valueOf(data.truncation().backgroundsCut()));
    facts.put("inputs shortened", String.valueOf(data.truncation().inputsCut()));
    facts.put("outputs shortened", String.valueOf(data.truncation().outputsCut()));
    return facts;
  }

  private static ObjectNode manifest(TrainResult result, TrainingData data) {
    ObjectNode extra = Json.mapper().createObjectNode();
    ObjectNode counts = extra.putObject("counts");
    counts.put("train", data.train().size());
    counts.put("validate", data.validate().size());
    counts.put("similar_reports_cut", data.truncation().similarCut());
    counts.put("backgrounds_shortened", data.truncation().backgroundsCut());
    counts.put("inputs_shortened", data.truncation().inputsCut());
    counts.put("outputs_shortened", data.truncation().outputsCut());
    ObjectNode training = extra.putObject("training");
    training.put("steps", result.steps());
    training.put("exported_step", result.exportedStep());
    training.put("parameters", result.parameters());
    training.put("target_tokens", result.targetTokens());
    training.put("loss", result.loss());
    result.validationLoss().ifPresent(v -> training.put("validation_loss", v));
    return extra;
  }

  private void explain() throws IOException {
    Configuration hadoop = context.hadoop();
    InstructionDataset dataset = InstructionDataset.open(hadoop, config.inputs().dataset());
    ObjectNode plan = Json.mapper().createObjectNode();
    plan.put("dataset_run_id", dataset.runId());
    plan.set("configuration", context.settings().toJson());
    plan.put("engine", Engines.explain(config.engine().engine()));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, config.inputs().tokenizer())) {
      config.prompt(hadoop, tokenizer);
      TrainedModel.plan(hadoop, config, tokenizer).explain(plan, config);
    }
    context.console().result(Json.text(plan).strip());
  }
}
