package org.radllama.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.SparkSession;
import org.radllama.run.JobContext;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** A dataset, a tokenizer and a tiny base under one folder, and training runs beside them. */
final class TrainFixture {
  static final List<String> TINY =
      List.of(
          "method=full",
          "objective=report",
          "model.hidden-size=32",
          "model.intermediate-size=64",
          "model.layers=2",
          "model.heads=2",
          "model.key-value-heads=1",
          "batch-size=16",
          "epochs=6",
          "optimiser.learning-rate=1e-2",
          "validation.every=26");

  private final Path folder;
  private final String dataset;
  private SparkSession spark;

  TrainFixture(Path folder) throws IOException {
    this.folder = folder;
    session("local[2]");
    dataset =
        DatasetFixture.write(
            folder.resolve("dataset"),
            DatasetFixture.examples(0, 200),
            DatasetFixture.examples(200, 220));
    TokenizerFlags flags = new TokenizerFlags();
    flags.dataset = dataset;
    flags.out = folder.toString();
    flags.runId = "tokenizer";
    flags.vocabularySize = 400;
    Settings settings = Settings.load("tokenizer", Optional.empty(), List.of(), flags.overlay());
    Tokenizer.run(JobContext.of("tokenizer", settings, spark), flags);
  }

  void session(String master) {
    session(master, Map.of());
  }

  SparkSession session(String master, Map<String, String> conf) {
    stop();
    SparkSession.Builder builder =
        SparkSession.builder()
            .master(master)
            .config("spark.ui.enabled", "false")
            .appName("train-test");
    conf.forEach(builder::config);
    spark = builder.getOrCreate();
    return spark;
  }

  void stop() {
    if (spark != null) {
      spark.stop();
    }
  }

  Path path(String child) {
    return folder.resolve(child);
  }

  String base() {
    return path("base/model").toString();
  }

  void train(String runId, List<String> sets, UnaryOperator<TrainFlags> more) throws IOException {
    TrainFlags flags = more.apply(flags(runId, sets));
    Settings settings = Settings.load("train", Optional.empty(), flags.set, flags.overlay());
    Train.run(JobContext.of("train", settings, spark), flags);
  }

  /** Trains an adapter on the base. */
  void adapt(String runId, List<String> sets) throws IOException {
    train(runId, sets, this::onBase);
  }

  TrainFlags onBase(TrainFlags flags) {
    flags.baseModel = base();
    return flags;
  }

  private TrainFlags flags(String runId, List<String> sets) {
    TrainFlags flags = new TrainFlags();
    flags.dataset = dataset;
    flags.out = folder.toString();
    flags.runId = runId;
    flags.set = new ArrayList<>(sets);
    flags.set.add(tokenizer());
    return flags;
  }

  private String tokenizer() {
    return "tokenizer=\"" + path("tokenizer") + "\"";
  }

  /** The same run as {@link #adapt} as arguments of a process. */
  List<String> arguments(String runId, List<String> sets) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--dataset",
                dataset,
                "--out",
                folder.toString(),
                "--run-id",
                runId,
                "--base-model",
                base()));
    List<String> all = new ArrayList<>(sets);
    all.add(tokenizer());
    all.forEach(s -> arguments.addAll(List.of("--set", s)));
    return arguments;
  }

  List<JsonNode> metrics(String runId) throws IOException {
    return lines(path(runId + "/metrics.jsonl"));
  }

  static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(Json.mapper().readTree(line));
    }
    return lines;
  }

  byte[] adapter(String runId) throws IOException {
    return Files.readAllBytes(path(runId + "/adapter/adapter_model.safetensors"));
  }
}
