package org.radllama.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.Json;
import org.radllama.train.engine.Precision;
import org.radllama.train.export.GgufExport;
import org.radllama.train.gguf.GgufMetadata;
import org.radllama.train.gguf.GgufReader;
import org.radllama.train.gguf.GgufTensor;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.gguf.GgufWriter;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatDecoder;
import org.radllama.train.safetensors.FloatEncoder;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.ByteLevelFixture;
import org.radllama.train.tokenizer.Vocabulary;

/** GGUF files as base models: those of gguf_reference.py, our own, and ones that are refused. */
class GgufCheckpointTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir java.nio.file.Path folder;

  private java.nio.file.Path resource(String name) throws IOException {
    java.nio.file.Path file = folder.resolve(name);
    try (InputStream in = GgufReader.class.getResourceAsStream(name)) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static float[] whole(BaseModel model, String name, List<Integer> shape)
      throws IOException {
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    model.read(name, 0, values, 0, values.length);
    return values;
  }

  /** Types, names and the order of rows: every weight has the bytes that transformers has. */
  @Test
  void theWeightsAreThoseOfTransformers() throws IOException {
    java.nio.file.Path file = resource("model.gguf");
    JsonNode reference = Json.mapper().readTree(resource("model.json").toFile()).path("sha256");
    try (BaseModel model = BaseModel.open(HADOOP, file.toString())) {
      LlamaConfig config = model.config();
      assertThat(LlamaWeights.tensors(config)).hasSize(reference.size());
      LlamaWeights.tensors(config)
          .forEach(
              (name, shape) -> assertThatItIs(reference.path(name).asText(), model, name, shape));
      assertThat(config)
          .isEqualTo(
              new LlamaConfig(
                  config.vocabularySize(),
                  32,
                  64,
                  1,
                  2,
                  1,
                  16,
                  64,
                  1e-5,
                  new LlamaConfig.Rope(1e4, null),
                  true,
                  config.vocabularySize() - 3,
                  config.vocabularySize() - 2));
      assertThat(model.precision()).isEqualTo(Precision.F32);
      assertThat(model.sha256()).isEqualTo(Digests.sha256(Files.readAllBytes(file)));
      JsonNode json = Json.mapper().readTree(model.configJson());
      assertThat(json.path("_name_or_path").asText()).isEqualTo("Tiny model");
      assertThat(json.path("torch_dtype").asText()).isEqualTo("float32");
      assertThat(LlamaConfig.parse(model.configJson())).isEqualTo(config);
    }
  }

  private static void assertThatItIs(
      String sha256, BaseModel model, String name, List<Integer> shape) {
    try {
      float[] values = whole(model, name, shape);
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      assertThat(Digests.sha256(bytes.array())).as(name).isEqualTo(sha256);
      Random random = new Random(4);
      for (int round = 0; round < 20; round++) {
        int from = random.nextInt(values.length);
        int count = random.nextInt(values.length - from + 1);
        float[] part = new float[count + 1];
        model.read(name, from, part, 1, count);
        assertThat(Arrays.copyOfRange(part, 1, count + 1))
            .isEqualTo(Arrays.copyOfRange(values, from, from + count));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static LlamaConfig config(boolean tied, LlamaConfig.Llama3Scaling scaling) {
    LlamaConfig.Rope rope = new LlamaConfig.Rope(5e5, scaling);
    return new LlamaConfig(600, 64, 96, 2, 4, 2, 16, 128, 1e-5, rope, tied, 406, 407);
  }

  private java.nio.file.Path export(LlamaConfig config, GgufType type, List<FloatTensor> tensors)
      throws IOException {
    java.nio.file.Path tokenizer = ByteLevelFixture.write(folder.resolve("tokenizer"), "llama3");
    java.nio.file.Path file = folder.resolve("export.gguf");
    Vocabulary vocabulary = Vocabulary.read(HADOOP, tokenizer.toString());
    new GgufExport("mine", config, vocabulary, type)
        .write(FileSystem.getLocal(HADOOP), new Path(file.toUri()), tensors);
    return file;
  }

  private static List<FloatTensor> random(LlamaConfig config) {
    Random random = new Random(6);
    float[] values = new float[LlamaWeights.fullLayout(config).parameterCount()];
    for (int i = 0; i < values.length; i++) {
      values[i] = FloatDecoder.half(FloatEncoder.half((float) random.nextGaussian()));
    }
    return FloatTensor.of(LlamaWeights.fullLayout(config), values);
  }

  @ParameterizedTest
  @CsvSource({"true, F16, 8", "false, F16, 0", "false, Q8_0, 32"})
  void whatIsExportedIsABase(boolean tied, GgufType type, int factor) throws IOException {
    LlamaConfig config =
        config(tied, factor == 0 ? null : new LlamaConfig.Llama3Scaling(factor, 1, 4, 8192));
    List<FloatTensor> tensors = random(config);
    java.nio.file.Path file = export(config, type, tensors);
    try (BaseModel model = BaseModel.open(HADOOP, file.toString())) {
      LlamaConfig seen = model.config();
      assertThat(seen.with(600, 406, 407)).isEqualTo(config);
      assertThat(model.precision())
          .isEqualTo(type == GgufType.F16 ? Precision.FP16 : Precision.F32);
      for (FloatTensor tensor : tensors) {
        float[] expected = new float[(int) tensor.elements()];
        tensor.source().copy(0, expected, expected.length);
        float[] values =
            whole(model, tensor.name(), tensor.shape().stream().map(Long::intValue).toList());
        boolean exact = type == GgufType.F16 || tensor.shape().size() == 1;
        for (int i = 0; i < expected.length; i++) {
          // A block's largest is below 6: half a step of 6 / 127, and the scale's own rounding.
          assertThat(Math.abs(values[i] - expected[i])).isLessThanOrEqualTo(exact ? 0 : 0.03f);
        }
        assertThat(model.dtype(tensor.name()))
            .isEqualTo(type == GgufType.F16 && tensor.shape().size() == 2 ? Dtype.F16 : Dtype.F32);
      }
    }
  }

  /** A plain model's file with other keys or tensors. */
  private java.nio.file.Path changed(
      UnaryOperator<GgufMetadata> keys, UnaryOperator<List<GgufTensor>> tensors)
      throws IOException {
    GgufMetadata metadata = keys.apply(new GgufMetadata());
    List<GgufTensor> plain = new ArrayList<>();
    for (String name :
        List.of("token_embd 9 8", "output_norm 8", "blk.0.attn_norm 8", "blk.0.attn_q 8 8")) {
      plain.add(zeros(name));
    }
    for (String name : List.of("k 8 8", "v 8 8", "output 8 8")) {
      plain.add(zeros("blk.0.attn_" + name));
    }
    for (String name : List.of("norm 8", "gate 12 8", "up 12 8", "down 8 12")) {
      plain.add(zeros("blk.0.ffn_" + name));
    }
    java.nio.file.Path file = Files.createTempFile(folder, "changed", ".gguf");
    GgufWriter.write(
        FileSystem.getLocal(HADOOP), new Path(file.toUri()), metadata, tensors.apply(plain));
    return file;
  }

  private static GgufTensor zeros(String name) {
    String[] parts = name.split(" ");
    List<Long> shape = Arrays.stream(parts).skip(1).map(Long::valueOf).toList();
    return new GgufTensor(
        parts[0] + ".weight", GgufType.F32, shape, (from, into, n) -> Arrays.fill(into, 0, n, 1));
  }

  private static GgufMetadata plain(GgufMetadata metadata) {
    return metadata
        .string("general.architecture", "llama")
        .uint32("llama.block_count", 1)
        .uint32("llama.context_length", 16)
        .uint32("llama.embedding_length", 8)
        .uint32("llama.feed_forward_length", 12)
        .uint32("llama.attention.head_count", 2)
        .float32("llama.attention.layer_norm_rms_epsilon", 1e-5);
  }

  @Test
  void whatIsNotDoneHereIsRefusedByName() throws IOException {
    try (BaseModel model = BaseModel.open(HADOOP, changed(m -> plain(m), t -> t).toString())) {
      assertThat(model.config().keyValueHeads()).isEqualTo(2);
      assertThat(model.config().bos()).isEqualTo(1);
    }
    assertKeysRefused("general.architecture is missing", m -> m);
    assertKeysRefused(
        "its architecture is mamba, readable are llama",
        m -> m.string("general.architecture", "mamba"));
    assertKeysRefused(
        "llama.embedding_length is missing", m -> m.string("general.architecture", "llama"));
    assertKeysRefused(
        "mixtures of experts are not supported", m -> plain(m).uint32("llama.expert_count", 8));
    assertKeysRefused(
        "llama.rope.scaling.type is yarn by 4.0",
        m ->
            plain(m)
                .string("llama.rope.scaling.type", "yarn")
                .float32("llama.rope.scaling.factor", 4));
    assertKeysRefused(
        "llama.rope.dimension_count is 2, must be the size of a head, 4",
        m -> plain(m).uint32("llama.rope.dimension_count", 2));
    assertKeysRefused("it is one of several parts", m -> plain(m).uint32("split.count", 2));
    assertKeysRefused(
        "its shape is [8, 8], but the file's keys say [4, 8]",
        m -> plain(m).uint32("llama.attention.head_count_kv", 1));
    assertKeysRefused(
        "num_key_value_heads is 3, must be a divisor",
        m -> plain(m).uint32("llama.attention.head_count_kv", 3));
    assertRefused(
        "tensor blk.0.ffn_up.weight: there is no such tensor",
        changed(m -> plain(m), t -> t.stream().filter(x -> !x.name().contains("up")).toList()));
    assertRefused(
        "tensor blk.0.attn_q.bias.weight: a llama model has no such tensor",
        changed(m -> plain(m), t -> with(t, zeros("blk.0.attn_q.bias 8"))));
    assertRefused(
        "tensor rope_freqs.weight: its element 1 is 8.0, Llama 3's scaling by 8.0",
        changed(m -> plain(m), t -> with(t, factors(1, 8))));
  }

  private static GgufTensor factors(float... factors) {
    return new GgufTensor(
        "rope_freqs.weight",
        GgufType.F32,
        List.of((long) factors.length),
        (from, into, n) -> System.arraycopy(factors, 0, into, 0, n));
  }

  private static List<GgufTensor> with(List<GgufTensor> tensors, GgufTensor one) {
    List<GgufTensor> more = new ArrayList<>(tensors);
    more.add(one);
    return more;
  }

  private void assertKeysRefused(String message, UnaryOperator<GgufMetadata> keys)
      throws IOException {
    assertRefused(message, changed(keys, t -> t));
  }

  private static void assertRefused(String message, java.nio.file.Path file) {
    assertThatThrownBy(() -> BaseModel.open(HADOOP, file.toString()).close())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  /** Many layers, which would take memory for the names of their weights. */
  @Test
  void aHugeNumberOfBlocksIsRefused() throws IOException {
    java.nio.file.Path file =
        changed(
            m ->
                m.string("general.architecture", "llama")
                    .uint32("llama.block_count", Integer.MAX_VALUE)
                    .uint32("llama.embedding_length", 8)
                    .uint32("llama.attention.head_count", 2),
            t -> t);
    assertRefused("llama.block_count is 2147483647, more than it has tensors", file);
    Files.writeString(file, "no model", StandardCharsets.UTF_8);
    assertRefused("it does not begin with GGUF", file);
    assertThatThrownBy(() -> BaseModel.open(HADOOP, folder.resolve("none.gguf").toString()).close())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("checkpoint directory or a GGUF file");
  }
}
