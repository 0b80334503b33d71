package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.radllama.text.Format.format;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.run.Json;

/** What other programs make of a copied tokenizer is what training made of the original. */
class TokenizerCopyTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path folder;

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  private Path copy(Path source, LlamaTokenizer taught) throws IOException {
    Path dir = Files.createDirectories(folder.resolve("copy"));
    FileSystem fs = FileSystem.getLocal(HADOOP);
    fs.setWriteChecksum(false);
    TokenizerCopy.write(fs, path(dir), path(source), taught.bos(), taught.eos());
    return dir;
  }

  /** Hugging Face's own library puts the taught begin token in front, whatever stood there. */
  @ParameterizedTest
  @CsvSource({
    "llama3, none",
    "llama3, offsets",
    "llama3, both",
    "gpt2, none",
    "gpt2, end",
    "smollm, offsets"
  })
  void aTextGetsTheBeginTokenAndNoOther(String style, String processor) throws IOException {
    Path source = ByteLevelFixture.write(folder.resolve("source"), style);
    ObjectNode json =
        (ObjectNode) Json.mapper().readTree(source.resolve("tokenizer.json").toFile());
    json.set("post_processor", processor(processor, json));
    Files.writeString(source.resolve("tokenizer.json"), Json.text(json));
    // Named by config.json alone, which an adapter's directory does not have.
    Files.writeString(
        source.resolve("tokenizer_config.json"), "{\"bos_token\": null, \"model_max_length\": 99}");
    int bos = json.path("added_tokens").path(0).path("id").asInt();
    Files.writeString(
        source.resolve("config.json"),
        format("{\"bos_token_id\": %d, \"eos_token_id\": [%d, 3]}", bos, bos + 1));
    try (LlamaTokenizer taught = LlamaTokenizer.load(HADOOP, source.toString())) {
      Path dir = copy(source, taught);
      try (LlamaTokenizer copied = LlamaTokenizer.load(HADOOP, dir.toString());
          HuggingFaceTokenizer theirs =
              HuggingFaceTokenizer.newInstance(
                  dir.resolve("tokenizer.json"), Map.of("addSpecialTokens", "true"))) {
        assertThat(copied.bos()).isEqualTo(taught.bos()).isEqualTo(bos);
        assertThat(copied.eos()).isEqualTo(taught.eos()).isEqualTo(bos + 1);
        for (int i = 0; i < 30; i++) {
          String text = new ReportGenerator(3).report(i).findings();
          int[] ids = copied.encode(text);
          assertThat(ids).isEqualTo(taught.encode(text));
          assertThat(theirs.encode(text).getIds())
              .isEqualTo(
                  IntStream.concat(IntStream.of(bos), IntStream.of(ids)).asLongStream().toArray());
        }
      }
      JsonNode names = Json.mapper().readTree(dir.resolve("tokenizer_config.json").toFile());
      assertThat(names.path("tokenizer_class").asText()).isEqualTo("PreTrainedTokenizerFast");
      assertThat(names.path("model_max_length").asInt()).isEqualTo(99);
    }
  }

  private static JsonNode processor(String kind, ObjectNode json) {
    ObjectNode offsets = Json.mapper().createObjectNode().put("type", "ByteLevel");
    offsets.put("add_prefix_space", false).put("trim_offsets", false).put("use_regex", false);
    if (kind.equals("none")) {
      return Json.mapper().nullNode();
    }
    if (kind.equals("offsets")) {
      return offsets;
    }
    // As bases have it that were made to read texts with an end: <begin> text <end>, or text <end>.
    ObjectNode template = Json.mapper().createObjectNode().put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    ObjectNode special = template.putObject("special_tokens");
    for (int i = kind.equals("both") ? 0 : 1; i < 2; i++) {
      JsonNode token = json.path("added_tokens").path(i);
      String text = token.path("content").asText();
      if (i == 1) {
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
      }
      single.addObject().putObject("SpecialToken").put("id", text).put("type_id", 0);
      ObjectNode one = special.putObject(text).put("id", text);
      one.putArray("ids").add(token.path("id").asInt());
      one.putArray("tokens").add(text);
    }
    template.putArray("pair").addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
    ((ArrayNode) template.path("pair"))
        .addObject()
        .putObject("Sequence")
        .put("id", "B")
        .put("type_id", 1);
    ObjectNode all = Json.mapper().createObjectNode().put("type", "Sequence");
    all.putArray("processors").add(offsets).add(template);
    return all;
  }

  @Test
  void whatIsRightAlreadyKeepsItsBytes() throws IOException {
    Path source = Files.createDirectories(folder.resolve("ours"));
    Map<String, Long> words = new HashMap<>();
    WordSplitter.split("The lungs are clear, the lungs.", w -> words.merge(w, 2L, Long::sum));
    TokenizerJson.write(FileSystem.getLocal(HADOOP), path(source), BpeTrainer.train(words, 280, 2));
    Files.writeString(source.resolve("chat_template.jinja"), "{{ messages }}");
    try (LlamaTokenizer taught = LlamaTokenizer.load(HADOOP, source.toString())) {
      Path dir = copy(source, taught);
      for (String name : TokenizerCopy.FILES) {
        if (Files.exists(source.resolve(name))) {
          assertThat(dir.resolve(name)).hasSameBinaryContentAs(source.resolve(name));
        }
      }
      assertThat(dir.resolve("special_tokens_map.json")).exists();
      assertThat(dir.resolve("added_tokens.json")).doesNotExist();
    }
  }

  /** The end token is an added one, as beside a chat model's tokenizer.model. */
  @Test
  void aSentencePieceModelGetsTheConfigurationThatNamesItsClass() throws IOException {
    Path source = Files.createDirectories(folder.resolve("pieces"));
    try (InputStream in = Vocabulary.class.getResourceAsStream("llama.model")) {
      Files.write(source.resolve("tokenizer.model"), in.readAllBytes());
    }
    Files.writeString(source.resolve("added_tokens.json"), "{\"<|end|>\": 32000}");
    Files.writeString(
        source.resolve("special_tokens_map.json"), "{\"eos_token\": {\"content\": \"<|end|>\"}}");
    try (LlamaTokenizer taught = LlamaTokenizer.load(HADOOP, source.toString())) {
      assertThat(taught.eos()).isEqualTo(32000);
      Path dir = copy(source, taught);
      JsonNode names = Json.mapper().readTree(dir.resolve("tokenizer_config.json").toFile());
      assertThat(names)
          .isEqualTo(
              Json.mapper()
                  .readTree(
                      "{\"bos_token\": \"<s>\", \"eos_token\": \"<|end|>\", \"tokenizer_class\":"
                          + " \"LlamaTokenizer\", \"add_bos_token\": true, \"add_eos_token\":"
                          + " false}"));
      assertThat(dir.resolve("tokenizer.model"))
          .hasSameBinaryContentAs(source.resolve("tokenizer.model"));
      try (LlamaTokenizer copied = LlamaTokenizer.load(HADOOP, dir.toString())) {
        assertThat(copied.bos()).isEqualTo(taught.bos());
        assertThat(copied.eos()).isEqualTo(32000);
      }
    }
  }

  /** A vocabulary may well have the word, as SmolLM2's has. */
  @Test
  void nullIsNoToken() throws IOException {
    Path source = ByteLevelFixture.write(folder.resolve("null"), "llama3");
    ObjectNode json =
        (ObjectNode) Json.mapper().readTree(source.resolve("tokenizer.json").toFile());
    int bos = json.path("added_tokens").path(0).path("id").asInt();
    ((ObjectNode) json.path("model").path("vocab")).put("null", bos + 3);
    Files.writeString(source.resolve("tokenizer.json"), Json.text(json));
    for (String file : new String[] {"tokenizer_config.json", "special_tokens_map.json"}) {
      Files.writeString(source.resolve(file), "{\"bos_token\": null, \"eos_token\": null}");
    }
    Files.writeString(
        source.resolve("config.json"),
        format("{\"bos_token_id\": %d, \"eos_token_id\": %d}", bos, bos + 1));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, source.toString())) {
      assertThat(tokenizer.bos()).isEqualTo(bos);
      assertThat(tokenizer.eos()).isEqualTo(bos + 1);
    }
    Vocabulary vocabulary = Vocabulary.read(HADOOP, source.toString());
    assertThat(vocabulary.bos()).isEqualTo(bos);
    assertThat(vocabulary.eos()).isEqualTo(bos + 1);
  }
}
