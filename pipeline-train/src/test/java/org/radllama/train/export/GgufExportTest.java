package org.radllama.train.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.dataset.PromptTemplate;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.ingest.synthetic.SyntheticReport;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.gguf.GgufFile;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.Family;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.BpeTrainer;
import org.radllama.train.tokenizer.ByteLevelFixture;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.TokenizerJson;
import org.radllama.train.tokenizer.Vocabulary;
import org.radllama.train.tokenizer.WordSplitter;

/** A GGUF file, read by a reader of its own, against the model it was made from. */
class GgufExportTest {
  private static final Configuration HADOOP = new Configuration();
  private static final LlamaConfig.Llama3Scaling LLAMA3 =
      new LlamaConfig.Llama3Scaling(8, 1, 4, 32);

  @TempDir Path folder;

  private static LlamaConfig config(int vocabulary, int intermediate, boolean tied) {
    return config(vocabulary, intermediate, tied, Family.LLAMA, null);
  }

  private static LlamaConfig config(
      int vocabulary, int intermediate, boolean tied, Family family, LlamaConfig.Sliding sliding) {
    boolean scaled = !tied && family == Family.LLAMA;
    LlamaConfig.Rope rope = new LlamaConfig.Rope(1e4, scaled ? LLAMA3 : null);
    return new LlamaConfig(
        vocabulary, 64, intermediate, 2, 4, 2, 8, 128, 1e-5, rope, tied, 1, 2, family, sliding);
  }

  private static float[] random(int size, long seed) {
    Random random = new Random(seed);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    return values;
  }

  private Path tokenizer(String kind) throws IOException {
    Path dir = Files.createDirectories(folder.resolve("tokenizer-" + kind));
    switch (kind) {
      case "ours" -> {
        Map<String, Long> words = new HashMap<>();
        for (String text : texts(0, 300)) {
          WordSplitter.split(text, w -> words.merge(w, 1L, Long::sum));
        }
        TokenizerJson.write(local(), path(dir), BpeTrainer.train(words, 600, 2));
      }
      case "sentencepiece" -> {
        try (InputStream in = Vocabulary.class.getResourceAsStream("llama.model")) {
          Files.write(dir.resolve("tokenizer.model"), in.readAllBytes());
        }
      }
      default -> ByteLevelFixture.write(dir, kind);
    }
    return dir;
  }

  private static List<String> texts(int from, int to) {
    ReportGenerator reports = new ReportGenerator(9);
    List<String> texts = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SyntheticReport r = reports.report(i);
      String input = PromptTemplate.input(r.findings());
      texts.add(PromptTemplate.prompt(PromptTemplate.INSTRUCTION, input) + r.impression());
    }
    return texts;
  }

  private static FileSystem local() throws IOException {
    return FileSystem.getLocal(HADOOP);
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private Path export(
      String name, LlamaConfig config, Path tokenizer, GgufType type, List<FloatTensor> tensors)
      throws IOException {
    Path file = folder.resolve(name + ".gguf");
    Vocabulary vocabulary = Vocabulary.read(HADOOP, tokenizer.toString());
    new GgufExport(name, config, vocabulary, type).write(local(), path(file), tensors);
    return file;
  }

  /** What a program with only the file makes of a text is what the tokenizer makes of it. */
  @ParameterizedTest
  @ValueSource(strings = {"ours", "sentencepiece", "llama3", "gpt2", "smollm", "qwen2"})
  void textBecomesTheSameIds(String kind) throws IOException {
    Path dir = tokenizer(kind);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, dir.toString())) {
      LlamaConfig config = config(tokenizer.size() + 3, 96, true);
      float[] weights = new float[LlamaWeights.fullLayout(config).parameterCount()];
      List<FloatTensor> tensors = FloatTensor.of(LlamaWeights.fullLayout(config), weights);
      Path file = export("model", config, dir, GgufType.Q8_0, tensors);
      Map<String, Object> metadata = GgufFile.read(file).metadata();
      GgufTokenizer seen = new GgufTokenizer(metadata);
      List<String> texts = texts(300, 360);
      texts.addAll(
          List.of(
              "",
              " ",
              "  two  blanks\n\n\tand 12345 tabs ",
              "na\u00efve \u2581 \ud83e\udec0",
              "aaaaaaa ....... _____ 11111",
              "<s> costophrenic</s>"));
      try (LlamaTokenizer again = LlamaTokenizer.load(HADOOP, file.toString())) {
        for (String text : texts) {
          int[] ids = tokenizer.encode(text);
          assertThat(seen.encode(text)).isEqualTo(ids);
          assertThat(again.encode(text)).isEqualTo(ids);
          assertThat(again.decode(ids)).isEqualTo(tokenizer.decode(ids));
        }
      }
      assertThat(metadata)
          .containsEntry("tokenizer.ggml.bos_token_id", (long) tokenizer.bos())
          .containsEntry("tokenizer.ggml.eos_token_id", (long) tokenizer.eos())
          .containsEntry("tokenizer.ggml.add_bos_token", true)
          .containsEntry("tokenizer.ggml.add_eos_token", false);
      assertThatTypesAreRight(kind, metadata, tokenizer);
    }
  }

  @SuppressWarnings("unchecked")
  private static void assertThatTypesAreRight(
      String kind, Map<String, Object> metadata, LlamaTokenizer tokenizer) {
    List<String> tokens = (List<String>) metadata.get("tokenizer.ggml.tokens");
    List<Integer> types = (List<Integer>) metadata.get("tokenizer.ggml.token_type");
    assertThat(tokens).hasSize(tokenizer.size() + 3).hasSameSizeAs(types);
    assertThat(tokens.subList(tokenizer.size(), tokens.size())).allMatch(t -> t.contains("PAD"));
    Map<Integer, Integer> counts = new HashMap<>();
    types.forEach(t -> counts.merge(t, 1, Integer::sum));
    assertThat(types.get(tokenizer.bos())).isEqualTo(types.get(tokenizer.eos())).isEqualTo(3);
    assertThat(counts).containsEntry(5, 3);
    if (kind.equals("ours") || kind.equals("sentencepiece")) {
      assertThat(counts).containsEntry(2, 1).containsEntry(3, 2).containsEntry(6, 256);
      assertThat(metadata)
          .containsEntry("tokenizer.ggml.unknown_token_id", 0L)
          .doesNotContainKey("tokenizer.ggml.merges");
    } else {
      assertThat(counts).containsEntry(3, 2).containsEntry(4, 1).doesNotContainKey(6);
      assertThat(metadata).doesNotContainKeys("tokenizer.ggml.scores");
    }
  }

  @Test
  void theKeysSayWhatTheModelIs() throws IOException {
    LlamaConfig config = config(607, 96, false);
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 1);
    List<FloatTensor> tensors = FloatTensor.of(LlamaWeights.fullLayout(config), weights);
    Path file = export("run-7", config, tokenizer("ours"), GgufType.F16, tensors);
    Map<String, Object> rest = new LinkedHashMap<>(GgufFile.read(file).metadata());
    assertThat(rest.keySet().iterator().next()).isEqualTo("general.architecture");
    rest.keySet().removeIf(key -> key.startsWith("tokenizer."));
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("general.architecture", "llama");
    expected.put("general.type", "model");
    expected.put("general.name", "run-7");
    expected.put("general.file_type", 1L);
    expected.put("general.quantization_version", 2L);
    expected.put("general.alignment", 32L);
    expected.put("llama.vocab_size", 607L);
    expected.put("llama.context_length", 128L);
    expected.put("llama.embedding_length", 64L);
    expected.put("llama.block_count", 2L);
    expected.put("llama.feed_forward_length", 96L);
    expected.put("llama.attention.head_count", 4L);
    expected.put("llama.attention.head_count_kv", 2L);
    expected.put("llama.attention.key_length", 8L);
    expected.put("llama.attention.value_length", 8L);
    expected.put("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    expected.put("llama.rope.dimension_count", 8L);
    expected.put("llama.rope.freq_base", 10000f);
    assertThat(rest).isEqualTo(expected);
    assertThat(GgufFile.read(file).metadata())
        .containsEntry("tokenizer.ggml.model", "llama")
        .containsEntry("tokenizer.ggml.pre", "default")
        .containsEntry("tokenizer.ggml.add_space_prefix", true);
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            Files.readAllBytes(export("run-7", config, tokenizer("ours"), GgufType.F16, tensors)));
  }

  /** Keys are the architecture's own; llama.cpp has no window in it, so that texts end before. */
  @ParameterizedTest
  @CsvSource({"MISTRAL, llama, 20", "MISTRAL, llama, 0", "QWEN2, qwen2, 20", "QWEN3, qwen3, 0"})
  void theArchitectureIsLlamaCpps(Family family, String name, int window) throws IOException {
    LlamaConfig.Sliding sliding =
        window == 0 ? null : new LlamaConfig.Sliding(window, List.of(0, 1));
    LlamaConfig config = config(607, 96, true, family, sliding);
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 1);
    List<FloatTensor> tensors = FloatTensor.of(LlamaWeights.fullLayout(config), weights);
    Path file = export("family", config, tokenizer("ours"), GgufType.F16, tensors);
    Map<String, Object> metadata = GgufFile.read(file).metadata();
    assertThat(metadata)
        .containsEntry("general.architecture", name)
        .containsEntry(name + ".context_length", window == 0 ? 128L : window)
        .containsEntry(name + ".attention.key_length", 8L);
    List<String> others = List.of("general", "tokenizer", name);
    assertThat(metadata.keySet()).allMatch(key -> others.contains(key.split("\\.")[0]));
  }

  /** Every tensor against the base with the adapter added in, the order of rows undone. */
  @ParameterizedTest
  @CsvSource({
    "true, F16, LLAMA",
    "false, F16, LLAMA",
    "true, Q8_0, LLAMA",
    "false, Q8_0, LLAMA",
    "false, F16, MISTRAL",
    "false, BF16, LLAMA",
    "true, Q8_0, QWEN2",
    "false, Q8_0, QWEN3"
  })
  void everyTensorIsTheMergedWeight(boolean tied, GgufType type, Family family) throws IOException {
    // Rows of 64 are whole blocks; those of down_proj, 80 long, are not.
    LlamaConfig config = config(600, 80, tied, family, null);
    Path tokenizer = tokenizer("ours");
    float[] weights = random(LlamaWeights.fullLayout(config).parameterCount(), 1);
    List<FloatTensor> typed =
        FloatTensor.of(LlamaWeights.fullLayout(config), weights).stream()
            .map(t -> new FloatTensor(t.name(), Dtype.BF16, t.shape(), t.source()))
            .toList();
    Path base = folder.resolve("base");
    CheckpointWriter.write(
        local(), path(base), config.toJson(), typed, path(tokenizer), Long.MAX_VALUE);
    Adaptation.Lora lora = new Adaptation.Lora(3, 7, 0, List.of("q_proj", "k_proj"), false);
    float[] adapter = random(LlamaWeights.layout(config, lora).parameterCount(), 2);
    try (HuggingFaceCheckpoint open = HuggingFaceCheckpoint.open(HADOOP, base.toString())) {
      List<FloatTensor> merged = new MergedWeights(open, lora, adapter).tensors();
      GgufFile file = GgufFile.read(export("merged", config, tokenizer, type, merged));
      Map<String, String> names = names(config);
      assertThat(file.tensors()).hasSize(names.size() + (config.rope().scaling() == null ? 0 : 1));
      for (FloatTensor tensor : merged) {
        float[] expected = new float[(int) tensor.elements()];
        tensor.source().copy(0, expected, expected.length);
        String name = names.get(tensor.name());
        if (!family.ggufName().equals("llama")) {
          assertThatItIs(file, name, type, tensor.shape(), expected, 0);
        } else {
          int heads = name.contains("attn_q") ? 4 : name.contains("attn_k") ? 2 : 0;
          assertThatItIs(file, name, type, tensor.shape(), expected, heads);
        }
      }
      assertThat(file.metadata())
          .containsEntry(
              "general.file_type", type == GgufType.F16 ? 1L : type == GgufType.BF16 ? 32L : 7L);
      assertThatRopeIsScaled(config, file);
    }
  }

  private static Map<String, String> names(LlamaConfig config) {
    Map<String, String> names = new HashMap<>();
    names.put("model.embed_tokens.weight", "token_embd.weight");
    names.put("model.norm.weight", "output_norm.weight");
    if (!config.tiedEmbeddings()) {
      names.put("lm_head.weight", "output.weight");
    }
    for (int n = 0; n < config.layers(); n++) {
      String from = "model.layers." + n + ".";
      String to = "blk." + n + ".";
      names.put(from + "input_layernorm.weight", to + "attn_norm.weight");
      names.put(from + "self_attn.q_proj.weight", to + "attn_q.weight");
      names.put(from + "self_attn.k_proj.weight", to + "attn_k.weight");
      names.put(from + "self_attn.v_proj.weight", to + "attn_v.weight");
      names.put(from + "self_attn.o_proj.weight", to + "attn_output.weight");
      if (config.family() == Family.QWEN2) {
        names.put(from + "self_attn.q_proj.bias", to + "attn_q.bias");
        names.put(from + "self_attn.k_proj.bias", to + "attn_k.bias");
        names.put(from + "self_attn.v_proj.bias", to + "attn_v.bias");
      }
      if (config.family() == Family.QWEN3) {
        names.put(from + "self_attn.q_norm.weight", to + "attn_q_norm.weight");
        names.put(from + "self_attn.k_norm.weight", to + "attn_k_norm.weight");
      }
      names.put(from + "post_attention_layernorm.weight", to + "ffn_norm.weight");
      names.put(from + "mlp.gate_proj.weight", to + "ffn_gate.weight");
      names.put(from + "mlp.up_proj.weight", to + "ffn_up.weight");
      names.put(from + "mlp.down_proj.weight", to + "ffn_down.weight");
    }
    return names;
  }

  /**
   * A tensor against the weight.
   *
   * @param heads whose rows stand pair by pair, or 0
   */
  private static void assertThatItIs(
      GgufFile file, String name, GgufType type, List<Long> shape, float[] expected, int heads) {
    GgufFile.Tensor tensor = file.tensors().get(name);
    int width = shape.get(shape.size() - 1).intValue();
    assertThat(tensor.dimensions())
        .isEqualTo(shape.size() == 1 ? shape : List.of((long) width, shape.get(0)));
    int matrix = type == GgufType.BF16 ? 30 : type == GgufType.F16 || width % 32 != 0 ? 1 : 8;
    int number = shape.size() == 1 ? 0 : matrix;
    assertThat(tensor.type()).as(name).isEqualTo(number);
    float[] seen = file.floats(name);
    if (heads > 0) {
      seen = undone(seen, heads, width);
    }
    for (int i = 0; i < seen.length; i++) {
      float largest = 0;
      for (int j = i / 32 * 32; number == 8 && j < i / 32 * 32 + 32; j++) {
        largest = Math.max(largest, Math.abs(expected[j]));
      }
      double allowed =
          switch (number) {
            case 0 -> 0;
            case 1 -> Math.abs(expected[i]) * 0x1p-11 + 0x1p-25;
            case 30 -> Math.abs(expected[i]) * 0x1p-8;
            default -> largest / 254 * 1.001 + Math.abs(expected[i]) * 0x1p-11;
          };
      if (Math.abs(seen[i] - expected[i]) > allowed) {
        throw new AssertionError(
            String.format(Locale.ROOT, "%s[%d]: %s for %s", name, i, seen[i], expected[i]));
      }
    }
  }

  /**
   * The inverse of convert_hf_to_gguf's {@code reshape(heads, 2, half, width).swapaxes(1, 2)}, as
   * four loops.
   */
  private static float[] undone(float[] rows, int heads, int width) {
    int half = rows.length / width / heads / 2;
    float[] original = new float[rows.length];
    int at = 0;
    for (int h = 0; h < heads; h++) {
      for (int j = 0; j < half; j++) {
        for (int s = 0; s < 2; s++) {
          for (int c = 0; c < width; c++) {
            original[((h * 2 + s) * half + j) * width + c] = rows[at++];
          }
        }
      }
    }
    return original;
  }

  /** By the wavelengths, as convert_hf_to_gguf has it. */
  private static void assertThatRopeIsScaled(LlamaConfig config, GgufFile file) {
    if (config.rope().scaling() == null) {
      assertThat(file.tensors()).doesNotContainKey("rope_freqs.weight");
      return;
    }
    float[] seen = file.floats("rope_freqs.weight");
    assertThat(seen).hasSize(4);
    assertThat(file.tensors().get("rope_freqs.weight").type()).isZero();
    for (int i = 0; i < 4; i++) {
      double wavelength = 2 * Math.PI * Math.pow(1e4, i / 4.0);
      double smooth = (32 / wavelength - 1) / (4 - 1.0);
      double expected =
          wavelength < 32 / 4.0 ? 1 : wavelength > 32 ? 8 : 1 / ((1 - smooth) / 8 + smooth);
      assertThat(seen[i])
          .isCloseTo((float) expected, org.assertj.core.api.Assertions.within(1e-5f));
    }
  }
}
