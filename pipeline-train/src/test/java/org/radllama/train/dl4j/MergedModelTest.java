package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.WholeTensors;

/** The base with the adapter added in, against the base with the adapter beside it. */
class MergedModelTest {
  private static final Configuration HADOOP = new Configuration();
  private static final MicroBatch BATCH =
      new MicroBatch(
          List.of(
              new EncodedExample(0, new int[] {1, 5, 9, 3, 7, 2}, 2),
              new EncodedExample(1, new int[] {1, 8, 8, 2}, 1)));

  @TempDir java.nio.file.Path folder;

  private static LlamaConfig config(boolean tied) {
    return new LlamaConfig(
        11, 12, 10, 2, 4, 2, 4, 64, 1e-5, new LlamaConfig.Rope(1e4, null), tied, 1, 2);
  }

  private static float[] random(int size, double deviation, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  private static Adaptation.Lora lora(boolean some) {
    return some
        ? new Adaptation.Lora(3, 7, 0.1, List.of("v_proj", "o_proj", "down_proj"), false)
        : new Adaptation.Lora(4, 6, 0, LlamaWeights.PROJECTIONS, true);
  }

  /** Writes a base of random weights, each of its own dtype in turn when several are given. */
  private String base(LlamaConfig config, float[] weights, Dtype... dtypes) throws IOException {
    FileSystem fs = FileSystem.getLocal(HADOOP);
    ParameterLayout layout = LlamaWeights.fullLayout(config);
    List<FloatTensor> tensors = FloatTensor.of(layout, weights);
    List<FloatTensor> typed = new ArrayList<>();
    for (FloatTensor t : tensors) {
      Dtype dtype = dtypes[typed.size() % dtypes.length];
      typed.add(new FloatTensor(t.name(), dtype, t.shape(), t.source()));
    }
    Path dir = new Path(folder.resolve("base").toUri());
    String json = config.toJson().replace("float32", "bfloat16");
    CheckpointWriter.write(fs, dir, json, typed, tokenizer(), Long.MAX_VALUE);
    return dir.toString();
  }

  private Path tokenizer() throws IOException {
    java.nio.file.Path dir = Files.createDirectories(folder.resolve("tokenizer"));
    Files.writeString(dir.resolve("tokenizer.json"), "{}");
    return new Path(dir.toUri());
  }

  private String merge(String base, Adaptation.Lora lora, float[] adapter) throws IOException {
    Path dir = new Path(folder.resolve("merged").toUri());
    try (HuggingFaceCheckpoint open = HuggingFaceCheckpoint.open(HADOOP, base)) {
      CheckpointWriter.write(
          FileSystem.getLocal(HADOOP),
          dir,
          open.configJson(),
          new MergedWeights(open, lora, adapter).tensors(),
          tokenizer(),
          1000);
    }
    return dir.toString();
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void itGivesTheSameLogitsAndLoss(boolean tied, boolean some) throws IOException {
    LlamaConfig config = config(tied);
    Adaptation.Lora lora = lora(some);
    float[] adapter = random(LlamaWeights.layout(config, lora).parameterCount(), 0.3, 2);
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 0.3, 1);
    String base = base(config, weights, Dtype.F32);
    String merged = merge(base, lora, adapter);
    int[] rows = {0, 4, 9};
    float[] none = new float[adapter.length];
    try (Dl4jEngine beside = open(base, config, lora);
        Dl4jEngine within = open(merged, config, lora)) {
      float[] expected = EngineCalls.logits(beside, BATCH, adapter, rows);
      assertThat(Reference.relativeError(EngineCalls.logits(within, BATCH, none, rows), expected))
          .isLessThan(1e-5);
      double loss = beside.loss(BATCH, adapter).loss();
      assertThat(within.loss(BATCH, none).loss()).isCloseTo(loss, within(1e-5 * loss));
      assertThat(beside.loss(BATCH, none).loss()).isNotCloseTo(loss, within(1e-3 * loss));
    }
  }

  /** Two adapters on one directory hold its weights once, until both are closed. */
  @Test
  void enginesOfOneDirectoryShareItsWeights() throws IOException {
    LlamaConfig config = config(false);
    int parameters = LlamaWeights.fullLayout(config).parameterCount();
    String base = base(config, random(parameters, 0.3, 1), Dtype.F32);
    float[] adapter = random(LlamaWeights.layout(config, lora(true)).parameterCount(), 0.3, 2);
    Dl4jEngine one = open(base, config, lora(true));
    Dl4jEngine two = open(base + "/", config, lora(false));
    FrozenBase weights = one.base;
    assertThat(two.base).isSameAs(weights);
    double loss = one.loss(BATCH, adapter).loss();
    two.close();
    two.close();
    assertThat(weights.bytes()).isEqualTo(4L * parameters);
    assertThat(one.loss(BATCH, adapter).loss()).isEqualTo(loss);

    base(config, random(parameters, 0.3, 3), Dtype.BF16);
    try (Dl4jEngine changed = open(base, config, lora(true))) {
      assertThat(changed.base).isNotSameAs(weights);
      assertThat(changed.loss(BATCH, adapter).loss()).isNotEqualTo(loss);
    }
    one.close();
    assertThat(weights.bytes()).isZero();
  }

  private static Dl4jEngine open(String dir, LlamaConfig config, Adaptation.Lora lora) {
    EngineSpec spec =
        new EngineSpec(
            TestSettings.floats(KernelKind.AUTO, Recompute.OFF),
            dir,
            Precision.F32,
            config.toJson(),
            lora,
            1);
    return (Dl4jEngine) new Dl4jEngineProvider().open(spec, HADOOP);
  }

  /** Each weight is in the base's dtype the nearest to W + s B A; one without adapter is W. */
  @Test
  void eachWeightKeepsItsDtypeAndIsTheNearest() throws IOException {
    LlamaConfig config = config(false);
    Adaptation.Lora lora = lora(true);
    ParameterLayout layout = LlamaWeights.layout(config, lora);
    float[] adapter = random(layout.parameterCount(), 0.3, 2);
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 0.3, 1);
    String base = base(config, weights, Dtype.BF16, Dtype.F16, Dtype.F32);
    Map<String, Double> roughest = new TreeMap<>();
    try (HuggingFaceCheckpoint before = HuggingFaceCheckpoint.open(HADOOP, base);
        HuggingFaceCheckpoint after =
            HuggingFaceCheckpoint.open(HADOOP, merge(base, lora, adapter))) {
      assertThat(after.configJson()).isEqualTo(before.configJson());
      for (String name : LlamaWeights.tensors(config).keySet()) {
        Dtype dtype = before.tensor(name).dtype();
        assertThat(after.tensor(name).dtype()).isEqualTo(dtype);
        double[] expected = exact(WholeTensors.read(before, name), name, layout, adapter, lora);
        float[] seen = WholeTensors.read(after, name);
        double unit = dtype == Dtype.BF16 ? 0x1p-8 : dtype == Dtype.F16 ? 0x1p-11 : 0x1p-24;
        for (int i = 0; i < seen.length; i++) {
          double error = Math.abs(seen[i] - expected[i]) / Math.abs(expected[i]);
          assertThat(error).as(name).isLessThanOrEqualTo(unit * 1.001);
          roughest.merge(dtype.name(), error / unit, Math::max);
        }
      }
    }
    // Rounding happened: the bound is nearly reached for each dtype.
    assertThat(roughest.values()).hasSize(3).allMatch(r -> r > 0.8);
  }

  private static double[] exact(
      float[] w, String name, ParameterLayout layout, float[] adapter, Adaptation.Lora lora) {
    double[] expected = new double[w.length];
    for (int i = 0; i < w.length; i++) {
      expected[i] = w[i];
    }
    String module = "base_model.model." + name.substring(0, name.length() - ".weight".length());
    for (ParameterLayout.Slot a : layout.slots()) {
      if (!a.name().equals(module + ".lora_A.weight")) {
        continue;
      }
      int in = a.shape().get(1);
      int b = a.offset() + a.size();
      for (int i = 0; i < w.length; i++) {
        for (int r = 0; r < lora.rank(); r++) {
          expected[i] +=
              lora.scale()
                  * adapter[b + i / in * lora.rank() + r]
                  * adapter[a.offset() + r * in + i % in];
        }
      }
    }
    return expected;
  }

  @Test
  void aWeightBeyondItsDtypeIsRefusedByName() throws IOException {
    LlamaConfig config = config(true);
    Adaptation.Lora lora = lora(true);
    float[] adapter = random(LlamaWeights.layout(config, lora).parameterCount(), 200, 2);
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 0.3, 1);
    String base = base(config, weights, Dtype.F16);
    assertThatThrownBy(() -> merge(base, lora, adapter))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("_proj.weight: a merged weight is ")
        .hasMessageContaining("beyond F16");
  }
}
