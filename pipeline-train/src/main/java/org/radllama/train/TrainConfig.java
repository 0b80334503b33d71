package org.radllama.train;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.radllama.run.JobFailure;
import org.radllama.run.ShippedFiles;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.optim.AdamW;
import org.radllama.train.optim.Schedule;

/**
 * The settings of {@link TrainJob}, checked; {@code conf/train.conf} says what each means.
 *
 * @param basePrecision how the executors hold the frozen base
 * @param baseModel directory of the base, or empty for random weights
 * @param initAdapter directory of an adapter to go on from, or empty
 * @param tokenizer directory of the tokenizer, the base's own unless it is made from scratch
 */
public record TrainConfig(
    Objective objective,
    Adaptation adaptation,
    String engine,
    String kernels,
    Precision basePrecision,
    String recompute,
    String dataset,
    Optional<String> baseModel,
    Optional<String> initAdapter,
    String tokenizer,
    Shape shape,
    Batches batches,
    Optimiser optimiser,
    Validation validation,
    Checkpointing checkpoint,
    Export export,
    ClusterSettings cluster,
    long seed) {

  /** What is learned. */
  public enum Objective {
    IMPRESSION,
    REPORT
  }

  /** The shape of a model made from scratch, and the deviation of its first weights. */
  public record Shape(Config config, double initialiserRange) {
    /** The model's configuration, given the tokenizer's size and marks. */
    public LlamaConfig llama(int vocabularySize, int bos, int eos) {
      int hidden = config.getInt("hidden-size");
      int heads = config.getInt("heads");
      if (hidden % heads != 0) {
        throw JobFailure.usage(
            "model.hidden-size is %d, must be a multiple of model.heads = %d"
                .formatted(hidden, heads));
      }
      return new LlamaConfig(
          vocabularySize,
          hidden,
          config.getInt("intermediate-size"),
          config.getInt("layers"),
          heads,
          config.getInt("key-value-heads"),
          hidden / heads,
          config.getInt("max-positions"),
          config.getDouble("rms-norm-eps"),
          new LlamaConfig.Rope(config.getDouble("rope-theta"), null),
          config.getBoolean("tied-embeddings"),
          bos,
          eos);
    }
  }

  /**
   * What is written at the end.
   *
   * @param what which form the model takes
   * @param ggufType the element type of a GGUF file's matrices: F16 or Q8_0
   * @param shardBytes a checkpoint of more bytes is split into several files
   */
  public record Export(What what, GgufType ggufType, long shardBytes) {

    /** What stands beside the trained numbers. */
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

  /** When the state is written, and how many such states stay. */
  public record Checkpointing(int every, int keep) {}

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
   * @throws JobFailure exit 2, naming the setting
   */
  public static TrainConfig of(Config c) {
    Optional<String> base = path(c, "base-model");
    Adaptation adaptation = adaptation(c);
    String dataset = path(c, "dataset").orElseThrow(() -> missing("--dataset RUN_DIR is missing"));
    if (base.isEmpty() && adaptation instanceof Adaptation.Lora) {
      throw missing("--base-model DIR is missing (method = full can do without)");
    }
    String tokenizer =
        path(c, "tokenizer")
            .or(() -> base)
            .orElseThrow(
                () -> missing("tokenizer is empty; without --base-model it must be a directory"));
    return new TrainConfig(
        choice(c, "objective", Objective.class),
        adaptation,
        c.getString("engine"),
        oneOf(c, "kernels", Backend.SETTINGS),
        precision(c, adaptation),
        oneOf(c, "recompute", List.of("auto", "on", "off")),
        dataset,
        base,
        path(c, "init-adapter"),
        tokenizer,
        new Shape(c.getConfig("model"), c.getDouble("model.initialiser-range")),
        batches(c),
        optimiser(c.getConfig("optimiser")),
        validation(c),
        new Checkpointing(atLeast(c, "checkpoint.every", 0), atLeast(c, "checkpoint.keep", 1)),
        export(c, adaptation),
        cluster(c),
        c.getLong("seed"));
  }

  private static ClusterSettings cluster(Config c) {
    return ClusterSettings.of(c.getConfig("cluster"), c.getString("base-model"));
  }

  private static Adaptation adaptation(Config c) {
    if (oneOf(c, "method", List.of("lora", "full")).equals("full")) {
      return new Adaptation.Full();
    }
    List<String> targets = c.getStringList("lora.targets");
    if (targets.isEmpty() || !LlamaWeights.PROJECTIONS.containsAll(targets)) {
      throw JobFailure.usage(
          "lora.targets is %s, must be some of %s".formatted(targets, LlamaWeights.PROJECTIONS));
    }
    double dropout = c.getDouble("lora.dropout");
    if (dropout < 0 || dropout >= 1) {
      throw JobFailure.usage("lora.dropout is %s, must be in [0, 1)".formatted(dropout));
    }
    return new Adaptation.Lora(
        atLeast(c, "lora.rank", 1),
        c.getDouble("lora.alpha"),
        dropout,
        targets,
        c.getBoolean("lora.rank-stabilised"));
  }

  private static Precision precision(Config c, Adaptation adaptation) {
    Precision precision = Precision.of(c.getString("base-precision"), c.getString("kernels"));
    if (precision != Precision.F32 && adaptation instanceof Adaptation.Full) {
      throw JobFailure.usage(
          "base-precision is %s, but method = full trains every weight and has no frozen base; f32 is meant"
              .formatted(precision.label()));
    }
    return precision;
  }

  private static Export export(Config c, Adaptation adaptation) {
    Export.What what = choice(c, "export", Export.What.class);
    if (what == Export.What.MERGED && adaptation instanceof Adaptation.Full) {
      throw JobFailure.usage(
          "export is merged, but method = full has no adapter to merge and writes a whole model"
              + " anyway");
    }
    GgufType type =
        oneOf(c, "gguf-type", List.of("f16", "q8_0")).equals("f16") ? GgufType.F16 : GgufType.Q8_0;
    return new Export(what, type, shardSize(c));
  }

  private static long shardSize(Config c) {
    long bytes;
    try {
      bytes = c.getBytes("shard-size");
    } catch (ConfigException e) {
      bytes = 0;
    }
    if (bytes < 1) {
      throw JobFailure.usage(
          "shard-size is %s, must be a size like 5 GB, 500 MB or 100 kB"
              .formatted(c.getString("shard-size")));
    }
    return bytes;
  }

  private static Validation validation(Config c) {
    Validation v =
        new Validation(
            atLeast(c, "validation.every", 0),
            atLeast(c, "validation.patience", 0),
            oneOf(c, "validation.select", List.of("last", "best")).equals("best"));
    if (v.every == 0 && (v.patience > 0 || v.selectBest)) {
      throw JobFailure.usage(
          "validation.every is 0, so neither validation.patience nor select = best can work");
    }
    return v;
  }

  private static Batches batches(Config c) {
    return new Batches(
        atLeast(c, "max-length", 16),
        atLeast(c, "sentence-orders", 1),
        atLeast(c, "epochs", 1),
        atLeast(c, "batch-size", 1),
        atLeast(c, "max-steps", 0),
        atLeast(c, "micro-batch-tokens", 1),
        c.getBoolean("shuffle"));
  }

  private static Optimiser optimiser(Config c) {
    return new Optimiser(
        new AdamW.Hyper(
            c.getDouble("beta1"),
            c.getDouble("beta2"),
            c.getDouble("epsilon"),
            c.getDouble("weight-decay")),
        choice(c, "schedule", Schedule.Shape.class),
        c.getDouble("learning-rate"),
        atLeast(c, "warmup-steps", 0),
        c.getDouble("max-gradient-norm"));
  }

  /** Inputs that spark-submit ships, which only a running session has. */
  static boolean needsShipped(Config c) {
    return Stream.of("dataset", "base-model", "init-adapter", "tokenizer")
        .anyMatch(key -> ShippedFiles.names(c.getString(key)));
  }

  private static Optional<String> path(Config c, String key) {
    return Optional.of(c.getString(key)).filter(s -> !s.isBlank()).map(ClusterSettings::shipped);
  }

  private static int atLeast(Config c, String key, int least) {
    int value = c.getInt(key);
    if (value < least) {
      throw JobFailure.usage("%s is %d, must be at least %d".formatted(key, value, least));
    }
    return value;
  }

  private static String oneOf(Config c, String key, List<String> known) {
    String value = c.getString(key);
    if (!known.contains(value)) {
      throw JobFailure.usage("%s is %s, must be one of %s".formatted(key, value, known));
    }
    return value;
  }

  private static <E extends Enum<E>> E choice(Config c, String key, Class<E> type) {
    List<String> known =
        Arrays.stream(type.getEnumConstants()).map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
    return Enum.valueOf(type, oneOf(c, key, known).toUpperCase(Locale.ROOT));
  }

  private static JobFailure missing(String message) {
    return JobFailure.usage(message);
  }
}
