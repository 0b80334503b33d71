package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Console;
import org.radllama.run.Json;
import org.radllama.run.Settings;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.encode.Truncation;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.export.TrainingLog;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.resume.Checkpoints;
import org.radllama.train.resume.TrainingState;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.step.SparkGradients;

/**
 * Thirty steps of the loop itself, on tasks, from a PEFT adapter, against PyTorch's:
 * adamw-run.json, which src/test/scripts/adamw_run.py makes.
 */
class AdamWRunTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  @Test
  void lossesFollowPyTorchs() throws IOException {
    JsonNode run;
    try (InputStream in = AdamWRunTest.class.getResourceAsStream("adamw-run.json")) {
      run = Json.mapper().readTree(in);
    }
    TrainConfig config = config(run);
    LlamaConfig llama = LlamaConfig.parse(run.get("config").toString());
    layModel(llama, (Adaptation.Lora) config.adaptation());
    List<JsonNode> steps = train(config, llama, examples(run, llama.vocabularySize()));
    assertThat(steps).hasSize(30).hasSameSizeAs(run.get("losses"));
    int clipped = 0;
    for (int i = 0; i < steps.size(); i++) {
      assertThat(steps.get(i).get("loss").asDouble())
          .as("loss of step %d", i + 1)
          .isCloseTo(run.get("losses").get(i).asDouble(), within(1e-5));
      double norm = run.get("norms").get(i).asDouble();
      assertThat(steps.get(i).get("gradient_norm").asDouble()).isCloseTo(norm, within(1e-3 * norm));
      clipped += norm > run.get("norm").asDouble() ? 1 : 0;
    }
    assertThat(clipped).isBetween(5, 25);
    assertThat(steps.get(29).get("loss").asDouble())
        .isLessThan(steps.get(0).get("loss").asDouble() - 0.3);
  }

  private TrainConfig config(JsonNode run) {
    JsonNode lora = run.get("lora");
    List<String> sets =
        List.of(
            "dataset=unused",
            "base-model=\"" + folder.resolve("base") + "\"",
            "shuffle=false",
            "batch-size=" + run.get("batch"),
            "epochs=100",
            "max-steps=30",
            "micro-batch-tokens=64",
            "optimiser.schedule=constant",
            "optimiser.learning-rate=" + run.get("rate"),
            "optimiser.weight-decay=" + run.get("decay"),
            "optimiser.max-gradient-norm=" + run.get("norm"),
            "lora.rank=" + lora.get("r"),
            "lora.alpha=" + lora.get("alpha"),
            "lora.dropout=0.0",
            "lora.targets=" + lora.get("targets"));
    Settings settings = Settings.load("train", Optional.empty(), sets, new TrainFlags().overlay());
    return TrainConfig.of(settings.config());
  }

  private void layModel(LlamaConfig llama, Adaptation.Lora lora) throws IOException {
    FileSystem fs = FileSystem.getLocal(HADOOP);
    Path tokenizer = Files.createDirectories(folder.resolve("tokenizer"));
    ParameterLayout full = LlamaWeights.fullLayout(llama);
    CheckpointWriter.write(
        fs,
        path("base"),
        llama.toJson(),
        FloatTensor.of(full, formula(full, 0, 0.2)),
        path(tokenizer.toString()),
        Long.MAX_VALUE);
    ParameterLayout factors = LlamaWeights.layout(llama, lora);
    PeftAdapter.write(fs, path("adapter"), lora, factors, formula(factors, 1000, 0.1), "base");
  }

  private org.apache.hadoop.fs.Path path(String child) {
    return new org.apache.hadoop.fs.Path(folder.resolve(child).toUri());
  }

  /** The script's numbers: a sine of tensor and element, and one more for the norms' gains. */
  private static float[] formula(ParameterLayout layout, int firstTensor, double scale) {
    float[] values = new float[layout.parameterCount()];
    for (int t = 0; t < layout.slots().size(); t++) {
      ParameterLayout.Slot slot = layout.slots().get(t);
      double one = slot.name().endsWith("norm.weight") ? 1 : 0;
      for (int i = 0; i < slot.size(); i++) {
        double angle = 12.9898 * i + 78.233 * (t + firstTensor);
        values[slot.offset() + i] = (float) (scale * Math.sin(angle) + one);
      }
    }
    return values;
  }

  private static List<EncodedExample> examples(JsonNode run, int vocabulary) {
    List<EncodedExample> examples = new ArrayList<>();
    for (JsonNode e : run.get("examples")) {
      int[] tokens = new int[e.get(0).asInt()];
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = (7 * i * i + 3 * i + 11 * examples.size()) % vocabulary;
      }
      examples.add(new EncodedExample(examples.size(), tokens, e.get(1).asInt()));
    }
    return examples;
  }

  private List<JsonNode> train(TrainConfig config, LlamaConfig llama, List<EncodedExample> examples)
      throws IOException {
    FileSystem fs = FileSystem.getLocal(HADOOP);
    PeftAdapter adapter = PeftAdapter.load(HADOOP, path("adapter").toString(), llama);
    assertThat(adapter.adaptation().scale())
        .isEqualTo(((Adaptation.Lora) config.adaptation()).scale());
    EngineSpec spec =
        new EngineSpec(
            config.engine(),
            config.inputs().baseModel().orElseThrow(),
            Precision.F32,
            llama.toJson(),
            config.adaptation(),
            1);
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .appName("adamw-run-test")
            .getOrCreate();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Checkpoints none =
        new Checkpoints(
            fs, path("checkpoints"), LlamaWeights.layout(llama, config.adaptation()), null, 1);
    try (SparkGradients gradients = new SparkGradients(spark, spec, config.cluster(), line -> {});
        TrainingLog log = new TrainingLog(fs, path("metrics.jsonl"), 0, false)) {
      TrainingData data = new TrainingData(examples, List.of(), new Truncation(0, List.of()));
      new Training(() -> {}, config, data, gradients, log, none)
          .run(TrainingState.start(adapter.values(), config.optimiser().hyper()), Console.system());
    } finally {
      Engines.closeAll();
      session.stop();
    }
    return TrainFixture.lines(folder.resolve("metrics.jsonl"));
  }
}
