package org.radllama.train;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
import org.radllama.run.ShippedFiles;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.encode.ChatPrompt;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.PromptFormats;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.Activations;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSettings.MatmulPrecision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.export.ModelCard;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.optim.AdamW;
import org.radllama.train.optim.Schedule;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** The settings of {@link TrainJob}, checked; {@code conf/train.conf} says what each means. */
public record TrainConfig(
    Objective objective,
    String template,
    SimilarRule similar,
    Inputs inputs,
    Adaptation adaptation,
    EngineSettings engine,
    Shape shape,
    Batches batches,
    Optimiser optimiser,
    Validation validation,
    Checkpointing checkpoint,
    Export export,
    ModelCard.Terms terms,
    ClusterSettings cluster,
    boolean forTensorBoard,
    long seed) {

  /** What is learned. */
  public enum Objective {
    IMPRESSION,
    REPORT
  }

  /**
   * What is read.
   *
   * @param baseModel directory or GGUF file of the base, or empty for random weights
   * @param baseModelId what the adapter calls the base, or empty for what the base calls itself
   * @param initAdapter directory of an adapter to continue from, or empty
   * @param tokenizer directory of the tokenizer, the base's own unless it is made from scratch
   */
  public record Inputs(
      String dataset,
      Optional<String> baseModel,
      Optional<String> baseModelId,
      Optional<String> initAdapter,
      String tokenizer) {

    /** All of them, for the manifest. */
    List<RunInput> all() {
      List<RunInput> inputs = new ArrayList<>();
      inputs.add(new RunInput("dataset", dataset));
      baseModel.ifPresent(dir -> inputs.add(new RunInput("base-model", dir)));
      initAdapter.ifPresent(dir -> inputs.add(new RunInput("init-adapter", dir)));
      if (!baseModel.equals(Optional.of(tokenizer))) {
        inputs.add(new RunInput("tokenizer", tokenizer));
      }
      return inputs;
    }
  }

  /**
   * The shape of a model made from scratch.
   *
   * @param model with a vocabulary of 1, until the tokenizer is known
   * @param initialiserRange standard deviation of the first weights
   */
  public record Shape(LlamaConfig model, double initialiserRange) {}

  /**
   * What is written at the end.
   *
   * @param what which form the model takes
   * @param form how its numbers are kept
   */
  public record Export(What what, Handover.Form form) {

    /** What stands beside the trained weights. */
    public enum What {
      ADAPTER,
      MERGED,
      GGUF
    }
  }

  /**
   * How examples become steps.
   *
   * @param sentenceOrders how often the train split is read in a pass, each time with the sentences
   *     of its findings in another order; 1 for the reports as they are
   */
  public record Batches(
      int maxLength,
      int sentenceOrders,
      int epochs,
      int batchSize,
      int maxSteps,
      int microBatchTokens,
      boolean shuffle) {}

  /** When the validate split is looked at, and what follows from it. */
  public record Validation(int every, int patience, boolean selectBest) {}

  /**
   * When the state is written.
   *
   * @param every number of steps between two; 0 for not by steps
   * @param keep how many of those stay
   * @param minutes or when so much time has passed since the last; 0 for not by time
   */
  public record Checkpointing(int every, int keep, double minutes) {}

  /** How a gradient becomes a change. */
  public record Optimiser(
      AdamW.Hyper hyper,
      Schedule.Shape schedule,
      double learningRate,
      int warmupSteps,
      double maxGradientNorm) {}

  /**
   * Reads the effective configuration.
   *
   * @throws org.radllama.run.JobFailure exit 2, naming every setting that cannot be
   */
  public static TrainConfig of(Config c) {
    SettingReader r = new SettingReader(c);
    Adaptation adaptation = adaptation(r);
    TrainConfig config =
        new TrainConfig(
            r.oneOf("objective", Objective.class),
            template(r),
            similar(r),
            inputs(r, adaptation),
            adaptation,
            engine(r, adaptation),
            shape(r.at("model")),
            batches(r),
            optimiser(r.at("optimiser")),
            validation(r.at("validation")),
            checkpointing(r),
            export(r, adaptation),
            ModelCard.Terms.of(r.at("card")),
            ClusterSettings.of(r.at("cluster"), r.text("base-model")),
            r.flag("run.tensorboard"),
            r.longNumber("seed"));
    r.report();
    return config;
  }

  private static String template(SettingReader r) {
    String template = r.oneOf("prompt.template", PromptFormats.NAMES);
    r.require(
        !template.equals(ChatPrompt.NAME) || !r.text("objective").equals("report"),
        "prompt.template is chat, but objective = report trains on texts without a prompt");
    return template;
  }

  private static SimilarRule similar(SettingReader r) {
    SimilarRule similar = SimilarRule.of(r.at("prompt.similar"));
    r.require(
        similar.isNone() || !r.text("objective").equals("report"),
        "prompt.similar.count is %d, but objective = report trains on texts without a prompt",
        similar.count());
    return similar;
  }

  /** How examples are put to the model. */
  PromptFormat prompt(Configuration hadoop, LlamaTokenizer tokenizer) throws IOException {
    return PromptFormats.of(template, hadoop, inputs.tokenizer(), tokenizer);
  }

  private static Inputs inputs(SettingReader r, Adaptation adaptation) {
    Optional<String> dataset = path(r, "dataset");
    Optional<String> base = path(r, "base-model");
    r.require(dataset.isPresent(), "--dataset RUN_DIR is missing");
    r.require(
        base.isPresent() || adaptation instanceof Adaptation.Full,
        "--base-model DIR or FILE.gguf is missing (only method = full works without)");
    Optional<String> tokenizer = path(r, "tokenizer").or(() -> base);
    r.require(
        tokenizer.isPresent() || adaptation instanceof Adaptation.Lora,
        "tokenizer is empty; without --base-model it must be a directory");
    return new Inputs(
        dataset.orElse(""),
        base,
        r.optionalText("base-model-id"),
        path(r, "init-adapter"),
        tokenizer.orElse(""));
  }

  private static Adaptation adaptation(SettingReader r) {
    if (r.oneOf("method", List.of("lora", "full")).equals("full")) {
      return new Adaptation.Full();
    }
    List<String> targets = r.texts("lora.targets");
    r.require(
        !targets.isEmpty() && LlamaWeights.PROJECTIONS.containsAll(targets),
        "lora.targets must be among %s, not %s",
        LlamaWeights.PROJECTIONS,
        targets);
    double dropout = r.number("lora.dropout");
    r.require(dropout >= 0 && dropout < 1, "lora.dropout must be in [0, 1), not %s", dropout);
    return new Adaptation.Lora(
        r.atLeast(1, "lora.rank"),
        r.number("lora.alpha"),
        dropout,
        targets,
        r.flag("lora.rank-stabilised"));
  }

  private static EngineSettings engine(SettingReader r, Adaptation adaptation) {
    EngineKind engine = r.oneOf("engine", EngineKind.class);
    KernelKind kernels = r.oneOf("kernels", KernelKind.class);
    DeviceKind device = r.oneOf("device", DeviceKind.class);
    Activations activations = r.oneOf("activations", Activations.class);
    MatmulPrecision matmul = r.oneOf("matmul-precision", MatmulPrecision.class);
    BasePrecision precision = r.oneOf("base-precision", BasePrecision.class);
    Recompute recompute = r.oneOf("recompute", Recompute.class);
    r.require(
        precision == BasePrecision.AUTO
            || precision == BasePrecision.F32
            || adaptation instanceof Adaptation.Lora,
        "base-precision is %s, but method = full trains every weight and has no frozen base; set f32",
        precision.label());
    return r.made(
        () ->
            new EngineSettings(engine, kernels, device, activations, matmul, precision, recompute),
        null);
  }

  private static Shape shape(SettingReader r) {
    int hidden = r.atLeast(1, "hidden-size");
    int heads = r.atLeast(1, "heads");
    r.require(
        hidden % heads == 0,
        "model.hidden-size must be a multiple of model.heads = %d, not %d",
        heads,
        hidden);
    LlamaConfig model =
        r.made(
            () ->
                new LlamaConfig(
                    1,
                    hidden,
                    r.atLeast(1, "intermediate-size"),
                    r.atLeast(1, "layers"),
                    heads,
                    r.atLeast(1, "key-value-heads"),
                    hidden / heads,
                    r.atLeast(1, "max-positions"),
                    r.number("rms-norm-eps"),
                    new LlamaConfig.Rope(r.number("rope-theta"), null),
                    r.flag("tied-embeddings"),
                    0,
                    0),
            null);
    return new Shape(model, r.number("initialiser-range"));
  }

  private static Export export(SettingReader r, Adaptation adaptation) {
    Export.What what = r.oneOf("export", Export.What.class);
    r.require(
        what != Export.What.MERGED || adaptation instanceof Adaptation.Lora,
        "export is merged, but method = full has no adapter to merge and writes a whole model"
            + " anyway");
    return new Export(what, form(r));
  }

  /** The settings {@code gguf-type} and {@code shard-size}. */
  static Handover.Form form(SettingReader r) {
    GgufType type =
        switch (r.oneOf("gguf-type", List.of("f16", "q8_0", "bf16"))) {
          case "q8_0" -> GgufType.Q8_0;
          case "bf16" -> GgufType.BF16;
          default -> GgufType.F16;
        };
    return new Handover.Form(type, r.bytes("shard-size", Long.MAX_VALUE));
  }

  private static Validation validation(SettingReader r) {
    Validation v =
        new Validation(
            r.atLeast(0, "every"),
            r.atLeast(0, "patience"),
            r.oneOf("select", List.of("last", "best")).equals("best"));
    r.require(
        v.every > 0 || (v.patience == 0 && !v.selectBest),
        "validation.every is 0, so neither validation.patience nor select = best can work");
    return v;
  }

  private static Checkpointing checkpointing(SettingReader r) {
    double minutes = r.number("checkpoint.minutes");
    r.require(
        minutes >= 0 && Double.isFinite(minutes),
        "checkpoint.minutes must be a number of at least 0, not %s",
        minutes);
    return new Checkpointing(
        r.atLeast(0, "checkpoint.every"), r.atLeast(1, "checkpoint.keep"), minutes);
  }

  private static Batches batches(SettingReader r) {
    return new Batches(
        r.atLeast(16, "max-length"),
        r.atLeast(1, "sentence-orders"),
        r.atLeast(1, "epochs"),
        r.atLeast(1, "batch-size"),
        r.atLeast(0, "max-steps"),
        r.atLeast(1, "micro-batch-tokens"),
        r.flag("shuffle"));
  }

  private static Optimiser optimiser(SettingReader r) {
    return new Optimiser(
        r.made(
            () ->
                new AdamW.Hyper(
                    r.number("beta1"),
                    r.number("beta2"),
                    r.number("epsilon"),
                    r.number("weight-decay")),
            null),
        r.oneOf("schedule", Schedule.Shape.class),
        r.number("learning-rate"),
        r.atLeast(0, "warmup-steps"),
        r.number("max-gradient-norm"));
  }

  /** Inputs that spark-submit ships, which only a running session has. */
  static boolean needsShipped(Config c) {
    return Stream.of("dataset", "base-model", "init-adapter", "tokenizer")
        .anyMatch(key -> ShippedFiles.names(c.getString(key)));
  }

  private static Optional<String> path(SettingReader r, String key) {
    return r.optionalText(key).map(ClusterSettings::shipped);
  }
}
