package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.gguf.GgufMetadata;
import org.radllama.train.gguf.GgufReader;
import org.radllama.train.gguf.GgufWriter;
import org.radllama.train.tokenizer.Vocabulary.Token;

/** Tokenizers of GGUF files, against transformers, llama.cpp and SentencePiece. */
class GgufTokenizerFilesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir java.nio.file.Path folder;
  private FileSystem fs;
  private JsonNode pre;

  @BeforeEach
  void read() throws IOException {
    fs = FileSystem.getLocal(HADOOP);
    pre = Json.mapper().readTree(resource("pre.json"));
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GgufReader.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private static List<String> strings(JsonNode list) {
    List<String> strings = new ArrayList<>();
    list.forEach(s -> strings.add(s.asText()));
    return strings;
  }

  private static int[] ids(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }

  private LlamaTokenizer load(String name, GgufMetadata metadata) throws IOException {
    Path file = new Path(folder.resolve(name + ".gguf").toUri());
    GgufWriter.write(fs, file, metadata, List.of());
    return LlamaTokenizer.load(HADOOP, file.toString());
  }

  private GgufMetadata byteLevel(String name) {
    List<String> tokens = strings(pre.path("tokens"));
    List<Integer> types = new ArrayList<>(Collections.nCopies(tokens.size() - 3, 1));
    types.addAll(List.of(3, 3, 3));
    return new GgufMetadata()
        .string("tokenizer.ggml.model", "gpt2")
        .string("tokenizer.ggml.pre", name)
        .strings("tokenizer.ggml.tokens", tokens)
        .int32s("tokenizer.ggml.token_type", types)
        .strings("tokenizer.ggml.merges", strings(pre.path("merges")))
        .uint32("tokenizer.ggml.bos_token_id", tokens.size() - 3)
        .uint32("tokenizer.ggml.eos_token_id", tokens.size() - 2);
  }

  @Test
  void theIdsAreThoseOfTransformers() throws IOException {
    java.nio.file.Path file = folder.resolve("model.gguf");
    Files.write(file, resource("model.gguf"));
    JsonNode reference = Json.mapper().readTree(resource("model.json"));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, file.toString())) {
      int size = strings(pre.path("tokens")).size();
      assertThat(tokenizer.bos()).isEqualTo(size - 3);
      assertThat(tokenizer.eos()).isEqualTo(size - 2);
      assertThat(tokenizer.size()).isEqualTo(size);
      List<String> texts = strings(reference.path("texts"));
      for (int i = 0; i < texts.size(); i++) {
        int[] ids = tokenizer.encode(texts.get(i));
        assertThat(ids).as("text %d", i).isEqualTo(ids(reference.path("ids").get(i)));
        assertThat(tokenizer.decode(ids)).isEqualTo(texts.get(i));
      }
      // The spelling of a special token in a text is text.
      assertThat(tokenizer.encode("<|end|>")).doesNotContain(tokenizer.eos()).isNotEmpty();
      assertThat(tokenizer.decode(new int[] {tokenizer.bos(), tokenizer.eos()})).isEmpty();
    }
    TokenizerFolder made = TokenizerFolder.open(fs, new Path(file.toUri()));
    assertThat(new String(made.read("chat_template.jinja").orElseThrow(), StandardCharsets.UTF_8))
        .isEqualTo("{% for m in messages %}{{ m['content'] }}{% endfor %}");
    JsonNode config = Json.mapper().readTree(made.read("tokenizer_config.json").orElseThrow());
    assertThat(config.path("pad_token").asText()).isEqualTo("<|pad|>");
    assertThat(made.read("config.json")).isEmpty();
  }

  /** How a text is cut into words shows in its ids, since merges here cross every border. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2", "tekken", "default"})
  void theIdsAreThoseOfLlamaCpp(String name) throws IOException {
    JsonNode expected = pre.path("ids").path(name);
    List<String> texts = strings(pre.path("texts"));
    assertThat(expected).hasSameSizeAs(texts);
    try (LlamaTokenizer tokenizer = load(name, byteLevel(name))) {
      for (int i = 0; i < texts.size(); i++) {
        assertThat(tokenizer.encode(texts.get(i))).as("text %d", i).isEqualTo(ids(expected.get(i)));
      }
    }
  }

  private static byte[] sentencePiece(String name) throws IOException {
    try (InputStream in = GgufTokenizerFilesTest.class.getResourceAsStream(name + ".model")) {
      return in.readAllBytes();
    }
  }

  private static GgufMetadata pieces(SentencePieceModel model, List<Token> more) {
    List<Token> tokens = new ArrayList<>(model.pieces());
    tokens.addAll(more);
    return new GgufMetadata()
        .string("tokenizer.ggml.model", "llama")
        .strings("tokenizer.ggml.tokens", tokens.stream().map(Token::text).toList())
        .float32s("tokenizer.ggml.scores", tokens.stream().map(Token::score).toList())
        .int32s("tokenizer.ggml.token_type", tokens.stream().map(t -> t.type().number()).toList())
        .bool("tokenizer.ggml.add_space_prefix", model.normalizer().dummyPrefix())
        .bool("tokenizer.ggml.remove_extra_whitespaces", model.normalizer().removeExtraBlanks());
  }

  /** A tokenizer.model's pieces by way of a GGUF file give the ids that they give themselves. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "symbols", "bare"})
  void sentencePiecesStayWhatTheyAre(String name) throws IOException {
    byte[] file = sentencePiece(name);
    SentencePieceModel model = SentencePieceModel.parse(file, name);
    java.nio.file.Path dir = Files.createDirectories(folder.resolve(name));
    Files.write(dir.resolve("tokenizer.model"), file);
    List<Token> padding = List.of(new Token("[PAD]", -1000, Vocabulary.Type.UNUSED));
    try (LlamaTokenizer seen = load(name, pieces(model, padding));
        LlamaTokenizer expected = LlamaTokenizer.load(HADOOP, dir.toString())) {
      assertThat(seen.size()).isEqualTo(expected.size());
      assertThat(seen.bos()).isEqualTo(expected.bos());
      assertThat(seen.eos()).isEqualTo(expected.eos());
      for (String text : strings(pre.path("texts"))) {
        int[] ids = expected.encode(text);
        assertThat(seen.encode(text)).isEqualTo(ids);
        assertThat(seen.decode(ids)).isEqualTo(expected.decode(ids));
      }
    }
  }

  @Test
  void whatIsNotDoneHereIsRefusedByName() throws IOException {
    assertRefused("it has no tokenizer", new GgufMetadata());
    assertRefused(
        "its tokenizer is bert, readable are gpt2",
        new GgufMetadata().string("tokenizer.ggml.model", "bert"));
    assertRefused(
        "tokenizer.ggml.pre is falcon, readable are gpt-2, smollm, llama-bpe", byteLevel("falcon"));
    assertRefused(
        "tokenizer.ggml.token_type has 0 elements for 1 tokens",
        new GgufMetadata()
            .string("tokenizer.ggml.model", "gpt2")
            .strings("tokenizer.ggml.tokens", List.of("a")));
    assertRefused("token 1 is the same as one before", two("a", "a", 1));
    assertRefused("token 0 has the type 9", two("a", "b", 9));
    assertRefused("tokenizer.ggml.bos_token_id is missing", two("a", "b", 1));
    assertRefused(
        "tokenizer.ggml.bos_token_id is 7, which is no token",
        two("a", "b", 1).uint32("tokenizer.ggml.bos_token_id", 7));
    assertRefused(
        "merge 0 is not a pair", two("a", "b", 1).strings("tokenizer.ggml.merges", List.of("ab")));
  }

  private static GgufMetadata two(String first, String second, int type) {
    return new GgufMetadata()
        .string("tokenizer.ggml.model", "gpt2")
        .strings("tokenizer.ggml.tokens", List.of(first, second))
        .int32s("tokenizer.ggml.token_type", List.of(type, type));
  }

  private void assertRefused(String message, GgufMetadata metadata) {
    assertThatThrownBy(() -> load("refused", metadata).close())
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("refused.gguf")
        .hasMessageContaining(message);
  }
}
