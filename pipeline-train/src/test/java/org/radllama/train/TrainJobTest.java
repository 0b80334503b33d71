package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.JobContext;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.run.Settings;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;

/** A base from random weights, then an adapter on it, through the jobs themselves. */
class TrainJobTest {
  private static final List<String> TINY =
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
          "validation-every=26");

  @TempDir static Path folder;
  private static SparkSession spark;
  private static String dataset;
  private static String base;

  @BeforeAll
  static void makeBase() throws IOException {
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
    TokenizerJob.run(JobContext.of("tokenizer", settings, spark), flags);
    train("base", TINY, f -> f);
    base = folder.resolve("base/model").toString();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static void session(String master) {
    if (spark != null) {
      spark.stop();
    }
    spark =
        SparkSession.builder()
            .master(master)
            .config("spark.ui.enabled", "false")
            .appName("train-job-test")
            .getOrCreate();
  }

  private static void train(String runId, List<String> sets, Function<TrainFlags, TrainFlags> more)
      throws IOException {
    TrainFlags flags = new TrainFlags();
    flags.dataset = dataset;
    flags.out = folder.toString();
    flags.runId = runId;
    flags.set = new ArrayList<>(sets);
    flags.set.add("tokenizer=\"" + folder.resolve("tokenizer") + "\"");
    TrainFlags all = more.apply(flags);
    Settings settings = Settings.load("train", Optional.empty(), all.set, all.overlay());
    TrainPipeline.run(JobContext.of("train", settings, spark), all);
  }

  private static TrainFlags onBase(TrainFlags flags) {
    flags.baseModel = base;
    return flags;
  }

  private static List<JsonNode> metrics(String runId) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(runId + "/metrics.jsonl"))) {
      lines.add(Json.mapper().readTree(line));
    }
    return lines;
  }

  @Test
  void theBaseLearnsAndIsAHuggingFaceCheckpoint() throws IOException {
    List<JsonNode> metrics = metrics("base");
    assertThat(metrics).hasSize(78);
    double first = metrics.get(0).path("loss").asDouble();
    assertThat(first).isBetween(Math.log(400) - 0.3, Math.log(400) + 0.3);
    assertThat(metrics.get(77).path("loss").asDouble()).isLessThan(first - 2);
    assertThat(metrics.get(77).path("validation_loss").asDouble()).isLessThan(first - 2);
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(new Configuration(), base)) {
      assertThat(checkpoint.config().keyValueHeads()).isEqualTo(1);
      assertThat(checkpoint.config().vocabularySize()).isEqualTo(400);
    }
    assertThat(Files.readString(folder.resolve("base/training.html"))).contains("<polyline");
    JsonNode manifest = Json.mapper().readTree(folder.resolve("base/manifest.json").toFile());
    assertThat(manifest.path("counts").path("train").asInt()).isEqualTo(200);
    assertThat(manifest.path("outputs").has("model/model.safetensors")).isTrue();
  }

  /** The number of slots decides how micro-batches spread over tasks, and nothing else. */
  @Test
  void theAdapterIsTheSameBytesForOneSlotAndTwo() throws IOException {
    List<String> sets =
        List.of("batch-size=20", "max-steps=4", "optimiser.learning-rate=1e-2", "seed=3");
    train("two", sets, TrainJobTest::onBase);
    session("local[1]");
    train("one", sets, TrainJobTest::onBase);
    byte[] two = Files.readAllBytes(folder.resolve("two/adapter/adapter_model.safetensors"));
    assertThat(Files.readAllBytes(folder.resolve("one/adapter/adapter_model.safetensors")))
        .isEqualTo(two);

    LlamaConfig config = LlamaConfig.parse(Files.readString(Path.of(base, "config.json")));
    String adapter = folder.resolve("two/adapter").toString();
    PeftAdapter read = PeftAdapter.load(new Configuration(), adapter, config);
    assertThat(read.adaptation().targets()).containsExactly("q_proj", "v_proj");
    assertThat(read.adaptation().dropout()).isEqualTo(0.05);
    AdapterInfo info =
        AdapterInfo.read(
                new org.apache.hadoop.fs.Path(adapter).getFileSystem(new Configuration()),
                new org.apache.hadoop.fs.Path(adapter))
            .orElseThrow();
    assertThat(info.datasetRunId()).isEqualTo("r");
    assertThat(info.maxLength()).isEqualTo(512);

    // Going on from an adapter begins with its loss.
    train(
        "more",
        List.of("batch-size=200", "max-steps=1", "lora.dropout=0.0"),
        flags -> {
          flags.initAdapter = adapter;
          return onBase(flags);
        });
    train(
        "fresh",
        List.of("batch-size=200", "max-steps=1", "lora.dropout=0.0"),
        TrainJobTest::onBase);
    assertThat(metrics("more").get(0).path("loss").asDouble())
        .isLessThan(metrics("fresh").get(0).path("loss").asDouble() - 0.05);
  }

  @Test
  void badSettingsAndDivergenceHaveTheirExitCodes() {
    assertFails(
        ExitCode.DIVERGED,
        "a smaller optimiser.learning-rate",
        () ->
            train(
                "diverged",
                List.of("optimiser.learning-rate=1e39", "optimiser.max-gradient-norm=0"),
                TrainJobTest::onBase));
    assertFails(
        ExitCode.USAGE,
        "max-length is 2048, the model was made for at most 1024 positions",
        () -> train("long", List.of("max-length=2048"), TrainJobTest::onBase));
    assertFails(
        ExitCode.USAGE, "--base-model DIR is missing", () -> train("none", List.of(), f -> f));
    assertFails(
        ExitCode.USAGE,
        "engine is warp, must be auto or one of [dl4j]",
        () -> train("warp", List.of("engine=warp"), TrainJobTest::onBase));
    assertFails(
        ExitCode.CONFLICT,
        "was written from other configuration",
        () -> train("base", List.of("seed=5"), TrainJobTest::onBase));
  }

  private interface Run {
    void run() throws IOException;
  }

  private static void assertFails(ExitCode code, String message, Run run) {
    assertThatThrownBy(run::run)
        .satisfies(
            e -> {
              Throwable cause = e;
              while (!(cause instanceof JobFailure) && cause.getCause() != null) {
                cause = cause.getCause();
              }
              assertThat(cause).isInstanceOf(JobFailure.class).hasMessageContaining(message);
              assertThat(((JobFailure) cause).exitCode()).isEqualTo(code);
            });
  }
}
