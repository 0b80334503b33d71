package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * Files that end a process in which the tokenizers library reads them. Without the guard this test
 * would not fail: there would be no JVM left to say so.
 */
class TokenizerGuardTest {
  @TempDir java.nio.file.Path folder;

  private static ObjectNode tokenizer() throws IOException {
    return (ObjectNode)
        Json.mapper()
            .readTree(
                """
                {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
                 "post_processor": null, "decoder": null,
                 "model": {"type": "BPE", "unk_token": "<unk>",
                  "vocab": {"a": 0, "b": 1, "ab": 2, "<unk>": 3}, "merges": [["a", "b"]]}}""");
  }

  private LlamaTokenizer load(JsonNode tokenizer) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"a\", \"eos_token\": \"b\"}");
    return LlamaTokenizer.load(new Configuration(), folder.toString());
  }

  private static void use(LlamaTokenizer tokenizer) {
    for (String text :
        new String[] {"", "ab", "b a", "\u00e9\n ff", "\ufb01 \u0301", "\u3000\u65e5"}) {
      assertThat(tokenizer.decode(tokenizer.encode(text))).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "normalizer | {`type`: `Precompiled`} | has no precompiled_charsmap",
        "normalizer | {`type`: `Precompiled`, `precompiled_charsmap`: ``} | damaged",
        "normalizer | {`type`: `Precompiled`, `precompiled_charsmap`: `!!!`} | damaged",
        "normalizer | {`type`: `Precompiled`, `precompiled_charsmap`: `AAAA`} | damaged",
        "normalizer | {`type`: `Sequence`, `normalizers`: [{`type`: `Precompiled`,"
            + " `precompiled_charsmap`: `BAAAAAAAAAAA`}]} | damaged",
        "post_processor | {`type`: `TemplateProcessing`, `single`: [{`SpecialToken`: {`id`: `x`,"
            + " `type_id`: 0}}], `pair`: [], `special_tokens`: {}} | does not define",
        "post_processor | {`type`: `TemplateProcessing`, `single`: [{`Sequence`: {`id`: `B`,"
            + " `type_id`: 0}}], `pair`: [], `special_tokens`: {}} | a second text",
        "decoder | {`type`: `Strip`, `content`: `a`, `start`: 1, `stop`: 1} | strips both ends",
        "model | {`type`: `BPE`, `vocab`: {`a`: 0, `b`: 1}, `merges`: [[`a`, `b`]]} | a merge whose parts",
        "model | {`type`: `BPE`, `vocab`: {`a`: 0, `b`: 1, `ab`: 2}, `merges`: [`a b`],"
            + " `continuing_subword_prefix`: `##`} | a merge whose parts",
        "model | {`type`: `BPE`, `vocab`: {`a`: 0, `b`: 1}, `merges`: [`a`]} | a merge whose parts",
      })
  void refusesWhatTheLibraryPanicsAt(String part, String json, String reason) throws IOException {
    ObjectNode tokenizer = tokenizer();
    tokenizer.set(part, Json.mapper().readTree(json.replace('`', '"')));
    assertThatThrownBy(() -> load(tokenizer))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("tokenizer.json: its " + part)
        .hasMessageContaining(reason);
  }

  /** One rule, "a" to "b": bytes of it change, and what is still taken is used. */
  @Test
  void damagedRulesAreRefusedOrDoNoHarm() throws IOException {
    int[] units = new int[512];
    units[0] = 256 << 10;
    units['a' ^ 256] = 'a' | 1 << 8 | (256 ^ 'a' ^ 256 ^ 'a' ^ 'a') << 10;
    int below = 'a' ^ 256 ^ 'a';
    units[below] = 1 << 31;
    ByteBuffer rules = ByteBuffer.allocate(4 + 4 * units.length + 2).order(ByteOrder.LITTLE_ENDIAN);
    rules.putInt(4 * units.length);
    for (int unit : units) {
      rules.putInt(unit);
    }
    rules.put("b\0".getBytes(StandardCharsets.UTF_8));
    int taken = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] bytes = rules.array().clone();
      for (int i = seed == 0 ? 0 : 1 + random.nextInt(3); i > 0; i--) {
        int unit = List.of(-1, 0, 'a' ^ 256, below).get(random.nextInt(4));
        int at = random.nextInt(5) == 0 ? random.nextInt(bytes.length) : 4 + 4 * unit + i;
        bytes[at] = (byte) random.nextInt(256);
      }
      ObjectNode tokenizer = tokenizer();
      tokenizer
          .putObject("normalizer")
          .put("type", "Precompiled")
          .put("precompiled_charsmap", Base64.getEncoder().encodeToString(bytes));
      try (LlamaTokenizer loaded = load(tokenizer)) {
        use(loaded);
        taken++;
      } catch (BadInputException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
    assertThat(taken).isBetween(10, 290);
  }

  /** As transformers loads it: the model has no row for a padding that no text becomes. */
  @Test
  void aSpareSpecialTokenNeedsNoRow() throws IOException {
    ObjectNode tokenizer = tokenizer();
    tokenizer
        .withArray("added_tokens")
        .addObject()
        .put("id", 4)
        .put("content", "[PAD]")
        .put("special", true)
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false);
    try (LlamaTokenizer loaded = load(tokenizer)) {
      loaded.requireRows(4, "tokenizer");
      assertThat(loaded.encode("a[PAD]b")).doesNotContain(4);
      assertThatThrownBy(() -> loaded.requireRows(3, "DIR"))
          .isInstanceOf(BadInputException.class)
          .hasMessage("DIR: the tokenizer has 4 tokens, the model's embedding 3 rows");
    }
    ((ObjectNode) tokenizer.at("/added_tokens/0")).put("special", false);
    try (LlamaTokenizer loaded = load(tokenizer)) {
      assertThatThrownBy(() -> loaded.requireRows(4, "DIR")).isInstanceOf(BadInputException.class);
    }
  }
}
