package org.radllama.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;

class HuggingFaceCheckpointTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir java.nio.file.Path folder;
  private FileSystem fs;
  private Path tokenizer;

  @BeforeEach
  void layTokenizer() throws IOException {
    fs = FileSystem.getLocal(HADOOP);
    fs.setWriteChecksum(false);
    java.nio.file.Path source = Files.createDirectories(folder.resolve("tokenizer"));
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    Files.writeString(source.resolve("special_tokens_map.json"), "{ }");
    tokenizer = new Path(source.toUri());
  }

  private static LlamaConfig config(boolean tied) {
    return new LlamaConfig(
        11, 8, 12, 2, 4, 2, 2, 64, 1e-5, new LlamaConfig.Rope(1e4, null), tied, 1, 2);
  }

  private static float[] random(int count) {
    Random random = new Random(3);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    for (boolean tied : new boolean[] {true, false}) {
      LlamaConfig config = config(tied);
      ParameterLayout layout = LlamaWeights.fullLayout(config);
      float[] values = random(layout.parameterCount());
      Path dir = dir("model-" + tied);
      CheckpointWriter.write(
          fs, dir, config.toJson(), FloatTensor.of(layout, values), tokenizer, Long.MAX_VALUE);
      try (HuggingFaceCheckpoint read = HuggingFaceCheckpoint.open(HADOOP, dir.toString())) {
        assertThat(read.config()).isEqualTo(config);
        assertThat(read.read(layout)).isEqualTo(values);
        assertThat(read.sha256()).hasSize(64);
        float[] two = new float[2];
        read.read(LlamaWeights.EMBEDDING, 3, two, 0, 2);
        assertThat(two).isEqualTo(Arrays.copyOfRange(values, 3, 5));
        if (tied) {
          assertThatThrownBy(() -> read.read(LlamaWeights.HEAD, 0, new float[1], 0, 1))
              .isInstanceOf(BadInputException.class)
              .hasMessageContaining("tensor lm_head.weight: it is missing");
        }
      }
      assertThat(list(dir))
          .containsExactlyInAnyOrder(
              "config.json",
              "generation_config.json",
              "model.safetensors",
              "special_tokens_map.json",
              "tokenizer.json");
    }
  }

  @Test
  void thePrecisionIsTheOneThatAllMatricesHave() throws IOException {
    assertThat(precision(Dtype.F32, Dtype.F32)).isEqualTo(Precision.F32);
    assertThat(precision(Dtype.BF16, Dtype.BF16)).isEqualTo(Precision.BF16);
    assertThat(precision(Dtype.F16, Dtype.F16)).isEqualTo(Precision.FP16);
    assertThat(precision(Dtype.F16, Dtype.BF16)).isEqualTo(Precision.F32);
    assertThat(precision(Dtype.BF16, Dtype.F32)).isEqualTo(Precision.F32);
  }

  /** Of a checkpoint with float norms, whose embedding has its own type. */
  private Precision precision(Dtype matrices, Dtype embedding) throws IOException {
    ParameterLayout layout = LlamaWeights.fullLayout(config(true));
    List<FloatTensor> tensors =
        FloatTensor.of(layout, random(layout.parameterCount())).stream()
            .map(
                t -> {
                  Dtype type = t.name().equals(LlamaWeights.EMBEDDING) ? embedding : matrices;
                  Dtype stored = t.shape().size() == 1 ? Dtype.F32 : type;
                  return new FloatTensor(t.name(), stored, t.shape(), t.source());
                })
            .toList();
    Path dir = dir(matrices + "-" + embedding);
    CheckpointWriter.write(fs, dir, config(true).toJson(), tensors, tokenizer, Long.MAX_VALUE);
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(HADOOP, dir.toString())) {
      return checkpoint.precision();
    }
  }

  @Test
  void shardsAreSplitBySizeAndFoundByTheIndex() throws IOException {
    LlamaConfig config = config(false);
    ParameterLayout layout = LlamaWeights.fullLayout(config);
    float[] values = random(layout.parameterCount());
    Path dir = dir("sharded");
    List<FloatTensor> tensors = FloatTensor.of(layout, values);
    CheckpointWriter.write(fs, dir, config.toJson(), tensors, tokenizer, 1000);
    List<String> shards = list(dir).stream().filter(f -> f.endsWith(".safetensors")).toList();
    assertThat(shards).hasSizeGreaterThan(2);
    for (String shard : shards) {
      assertThat(fs.getFileStatus(new Path(dir, shard)).getLen()).isLessThan(2500);
    }
    try (HuggingFaceCheckpoint read = HuggingFaceCheckpoint.open(HADOOP, dir.toString())) {
      assertThat(read.read(layout)).isEqualTo(values);
    }
    Path index = new Path(dir, "model.safetensors.index.json");
    assertThat(Json.read(fs, index).path("metadata").path("total_size").asLong())
        .isEqualTo(4L * values.length);
    // transformers stopped storing these and loads files whose index still has them.
    ObjectNode more = (ObjectNode) Json.read(fs, index);
    ObjectNode map = (ObjectNode) more.path("weight_map");
    map.put("model.layers.0.self_attn.rotary_emb.inv_freq", shards.get(0));
    Json.write(fs, index, more);
    HuggingFaceCheckpoint.open(HADOOP, dir.toString()).close();
    map.put(LlamaWeights.FINAL_NORM, shards.get(0));
    Json.write(fs, index, more);
    assertRefused(dir, "the index says it is in " + shards.get(0) + ", which does not contain it");
    Files.delete(local(dir).resolve(shards.get(0)));
    assertRefused(dir, "the shard model-00001-of-");
    Files.writeString(local(index), "{\"weight_map\": {\"a\": \"../x.safetensors\"}}");
    assertRefused(dir, "puts a into a file that is no safetensors name");
  }

  /** The names here and those of the flat layout are written down apart and must agree. */
  @Test
  void tensorsAreThoseOfTheFlatLayoutButMayBeMore() {
    for (boolean tied : new boolean[] {true, false}) {
      Map<String, List<Integer>> flat = new LinkedHashMap<>();
      LlamaWeights.fullLayout(config(tied)).slots().forEach(s -> flat.put(s.name(), s.shape()));
      assertThat(LlamaWeights.tensors(config(tied))).containsExactlyInAnyOrderEntriesOf(flat);
    }
    LlamaConfig seven =
        new LlamaConfig(
            32000,
            4096,
            11008,
            32,
            32,
            32,
            128,
            4096,
            1e-5,
            new LlamaConfig.Rope(1e4, null),
            false,
            1,
            2);
    long parameters =
        LlamaWeights.tensors(seven).values().stream()
            .mapToLong(s -> s.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
            .sum();
    assertThat(parameters).isEqualTo(6_738_415_616L);
  }

  @Test
  void refusesWhatDoesNotFitTheConfiguration() throws IOException {
    assertRefused(
        broken(t -> t.remove("model.norm.weight")), "tensor model.norm.weight: it is missing");
    assertRefused(
        broken(t -> put(t, "model.layers.1.self_attn.k_proj.weight", 8, 8)),
        "tensor model.layers.1.self_attn.k_proj.weight: its shape is [8, 8], but config.json says [4, 8]");
    assertRefused(
        broken(t -> put(t, "model.layers.0.self_attn.q_proj.bias", 8)),
        "tensor model.layers.0.self_attn.q_proj.bias: a llama model has no such tensor");
    Path old = broken(t -> put(t, "model.layers.0.self_attn.rotary_emb.inv_freq", 1));
    HuggingFaceCheckpoint.open(HADOOP, old.toString()).close();
    Path dir = dir("pickled");
    fs.mkdirs(dir);
    assertRefused(dir, "no config.json");
    Files.writeString(local(dir).resolve("config.json"), config(false).toJson());
    assertRefused(dir, "neither model.safetensors nor model.safetensors.index.json");
    Files.writeString(local(dir).resolve("pytorch_model.bin"), "");
    assertRefused(dir, "save_pretrained(NEW_DIR, safe_serialization=True)");
  }

  private Path broken(Consumer<Map<String, FloatTensor>> change) throws IOException {
    ParameterLayout layout = LlamaWeights.fullLayout(config(false));
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    FloatTensor.of(layout, new float[layout.parameterCount()])
        .forEach(t -> tensors.put(t.name(), t));
    change.accept(tensors);
    Path dir = dir("broken");
    List<FloatTensor> all = List.copyOf(tensors.values());
    CheckpointWriter.write(fs, dir, config(false).toJson(), all, tokenizer, Long.MAX_VALUE);
    return dir;
  }

  private static void put(Map<String, FloatTensor> tensors, String name, Integer... shape) {
    tensors.put(name, FloatTensor.of(name, List.of(shape), new float[64], 0));
  }

  private void assertRefused(Path dir, String reason) {
    assertThatThrownBy(() -> HuggingFaceCheckpoint.open(HADOOP, dir.toString()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(reason);
  }

  private Path dir(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private static java.nio.file.Path local(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private List<String> list(Path dir) throws IOException {
    return Arrays.stream(fs.listStatus(dir)).map(f -> f.getPath().getName()).sorted().toList();
  }
}
