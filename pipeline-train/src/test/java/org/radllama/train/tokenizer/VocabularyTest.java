package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.train.tokenizer.Vocabulary.Token;

/** That the ids are the tokenizer's is shown where the vocabulary is exported. */
class VocabularyTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private Path pieces() throws IOException {
    Path dir = Files.createDirectories(folder.resolve("pieces"));
    FileSystem fs = FileSystem.getLocal(HADOOP);
    fs.setWriteChecksum(false);
    Map<String, Long> words = Map.of("\u2581heart", 9L, "\u2581art", 7L, "\u2581a", 3L);
    TokenizerJson.write(
        fs, new org.apache.hadoop.fs.Path(dir.toUri()), BpeTrainer.train(words, 270, 1));
    return dir;
  }

  private Path changed(Path dir, Consumer<ObjectNode> change) throws IOException {
    Path file = dir.resolve("tokenizer.json");
    ObjectNode root = (ObjectNode) Json.mapper().readTree(Files.readString(file));
    change.accept(root);
    Files.writeString(file, Json.text(root));
    return dir;
  }

  private static Vocabulary read(Path dir) throws IOException {
    return Vocabulary.read(HADOOP, dir.toString());
  }

  private static void assertRefused(Path dir, String reason) {
    assertThatThrownBy(() -> read(dir))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "export is gguf, but %s/tokenizer.%s %s, which GGUF cannot express; adapter and merged"
                + " work",
            dir, Files.exists(dir.resolve("tokenizer.json")) ? "json" : "model", reason);
  }

  @Test
  void tokensAreScoredByTheMergeThatMakesThem() throws IOException {
    Vocabulary vocabulary =
        read(
            changed(
                pieces(),
                root -> {
                  ArrayNode merges = (ArrayNode) root.path("model").path("merges");
                  // A second way to the first token, later: the first way counts.
                  merges.add(Json.mapper().createArrayNode().add("a").add("rt"));
                }));
    List<Token> tokens = vocabulary.padded(272);
    assertThat(tokens.subList(0, 4))
        .containsExactly(
            new Token("<unk>", Token.LEAST, Vocabulary.Type.UNKNOWN),
            new Token("<s>", Token.LEAST, Vocabulary.Type.CONTROL),
            new Token("</s>", Token.LEAST, Vocabulary.Type.CONTROL),
            new Token("<0x00>", Token.LEAST, Vocabulary.Type.BYTE));
    assertThat(tokens.get(259).score()).isZero();
    assertThat(tokens.get(260).score()).isEqualTo(-1);
    assertThat(tokens.get(269).type()).isIn(Vocabulary.Type.NORMAL, Vocabulary.Type.UNUSED);
    assertThat(tokens.get(271))
        .isEqualTo(new Token("[PAD271]", Token.LEAST, Vocabulary.Type.UNUSED));
    assertThat(vocabulary.unknown()).isEqualTo(Optional.of(0));
    assertThat(vocabulary.toString()).isEqualTo("Vocabulary[PIECES, 270 tokens]");
  }

  /** Newer files of transformers put the blank in front by a pre-tokenizer. */
  @Test
  void metaspaceIsTheSameAsTheNormaliser() throws IOException {
    Vocabulary before = read(pieces());
    assertThat(read(metaspace("first", false))).isEqualTo(before);
    assertThat(read(metaspace("always", true))).isEqualTo(before);
    assertThat(before.blankInFront()).isTrue();
    assertThat(read(metaspace("never", false)).blankInFront()).isFalse();
    Path across =
        changed(
            metaspace("first", true),
            r -> ((ObjectNode) r.path("model").path("vocab")).put("a\u2581b", 270));
    assertRefused(across, "has a pre-tokenizer Metaspace");
  }

  private Path metaspace(String scheme, boolean split) throws IOException {
    return changed(
        pieces(),
        root -> {
          root.putNull("normalizer");
          ObjectNode step = root.putObject("pre_tokenizer").put("type", "Metaspace");
          step.put("replacement", "\u2581").put("prepend_scheme", scheme).put("split", split);
        });
  }

  @Test
  void whatNoRuleDoesIsRefused() throws IOException {
    assertRefused(
        changed(pieces(), r -> model(r).put("type", "Unigram")), "has a model of type Unigram");
    assertRefused(
        changed(pieces(), r -> model(r).put("end_of_word_suffix", "</w>")),
        "marks pieces by end_of_word_suffix");
    assertRefused(
        changed(pieces(), r -> ((ObjectNode) model(r).path("vocab")).remove("<0x0A>")),
        "lacks the token of byte 10");
    assertRefused(
        changed(pieces(), r -> r.putObject("normalizer").put("type", "NFKC")),
        "has a normaliser NFKC");
    assertRefused(changed(pieces(), r -> r.putNull("normalizer")), "keeps spaces as they are");
    assertRefused(
        changed(pieces(), r -> r.putObject("pre_tokenizer").put("type", "Whitespace")),
        "has a pre-tokenizer Whitespace");
    String words = "has a pre-tokenizer other than Llama 3's, GPT-2's, SmolLM's and Qwen 2's";
    assertRefused(changed(bytes("llama3"), r -> model(r).put("ignore_merges", false)), words);
    assertRefused(
        changed(
            bytes("llama3"), r -> ((ObjectNode) step(r, 0).path("pattern")).put("Regex", "\\s+")),
        words);
    assertRefused(changed(bytes("gpt2"), r -> step(r, 0).put("add_prefix_space", true)), words);
    assertRefused(
        changed(bytes("smollm"), r -> r.putObject("normalizer").put("type", "NFC")),
        "has a normaliser NFC");
    assertRefused(
        changed(bytes("qwen2"), r -> r.putObject("normalizer").put("type", "NFKC")),
        "has a normaliser NFKC");
    assertRefused(
        changed(bytes("qwen2"), r -> model(r).put("ignore_merges", true)), "has a normaliser NFC");
    assertRefused(resource("rules"), "has no byte fallback");
    assertRefused(resource("bare"), "removes extra blanks");
  }

  private Path bytes(String style) throws IOException {
    return ByteLevelFixture.write(folder.resolve(style), style);
  }

  private static ObjectNode model(ObjectNode root) {
    return (ObjectNode) root.path("model");
  }

  private static ObjectNode step(ObjectNode root, int i) {
    return (ObjectNode) root.path("pre_tokenizer").path("pretokenizers").path(i);
  }

  private Path resource(String name) throws IOException {
    Path dir = Files.createDirectories(folder.resolve(name));
    try (InputStream in = VocabularyTest.class.getResourceAsStream(name + ".model")) {
      Files.write(dir.resolve("tokenizer.model"), in.readAllBytes());
    }
    return dir;
  }

  /** A text never becomes an added token of a tokenizer.model, so that it is a control one. */
  @Test
  void addedTokensOfAModelAreControlOnes() throws IOException {
    Path dir = resource("llama");
    int size = read(dir).tokens().size();
    Files.writeString(
        dir.resolve("added_tokens.json"),
        String.format(Locale.ROOT, "{\"<end>\": %d, \"<s>\": 1}", size + 1));
    Files.writeString(dir.resolve("tokenizer_config.json"), "{\"eos_token\": \"<end>\"}");
    Vocabulary vocabulary = read(dir);
    assertThat(vocabulary.eos()).isEqualTo(size + 1);
    List<Token> tokens = vocabulary.padded(size + 2);
    assertThat(tokens.get(size + 1))
        .isEqualTo(new Token("<end>", Token.LEAST, Vocabulary.Type.CONTROL));
    assertThat(tokens.get(size).type()).isEqualTo(Vocabulary.Type.UNUSED);
    assertThat(vocabulary.toString()).doesNotContain("end");
  }
}
