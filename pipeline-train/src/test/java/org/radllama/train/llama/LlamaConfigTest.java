package org.radllama.train.llama;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;

/** config.json of every family: what counts, its defaults in transformers, and what is refused. */
class LlamaConfigTest {
  private static final String SHAPE =
      """
      {"vocab_size": 31, "hidden_size": 16, "intermediate_size": 20, "num_hidden_layers": 3,
       "num_attention_heads": 4, "num_key_value_heads": 2, "rope_theta": 500.0,
       "rms_norm_eps": 1e-5}
      """;

  private static LlamaConfig parse(String type, String more) throws IOException {
    ObjectNode node = (ObjectNode) Json.mapper().readTree(SHAPE);
    node.put("model_type", type);
    JsonNode changes = Json.mapper().readTree("{" + more.replace('`', '"') + "}");
    changes.properties().forEach(e -> node.set(e.getKey(), e.getValue()));
    return LlamaConfig.parse(node.toString());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAsTheSame(Family family) throws IOException {
    LlamaConfig.Rope rope = new LlamaConfig.Rope(1e6, null);
    for (LlamaConfig.Sliding sliding :
        new LlamaConfig.Sliding[] {
          null, new LlamaConfig.Sliding(7, List.of(0, 1, 2)), new LlamaConfig.Sliding(7, List.of(2))
        }) {
      boolean possible =
          switch (family) {
            case LLAMA -> sliding == null;
            case MISTRAL -> sliding == null || sliding.layers().size() == 3;
            case QWEN2, QWEN3 -> true;
          };
      if (possible) {
        boolean qwen = family == Family.QWEN2 || family == Family.QWEN3;
        int none = qwen ? LlamaConfig.NONE : 1;
        LlamaConfig config =
            new LlamaConfig(
                31, 16, 20, 3, 4, 2, 6, 128, 1e-5, rope, true, none, 5, family, sliding);
        assertThat(LlamaConfig.parse(config.toJson())).isEqualTo(config);
        assertThat(config.with(40, 3, 4).with(31, none, 5)).isEqualTo(config);
      }
    }
  }

  /** {@code src/test/scripts/rope_reference.py} asked transformers. */
  @Test
  void rotaryScalingIsTransformers() throws IOException {
    JsonNode cases =
        Json.mapper().readTree(LlamaConfigTest.class.getResourceAsStream("rope-reference.json"));
    assertThat(cases).hasSizeGreaterThan(8);
    for (JsonNode each : cases) {
      ObjectNode node =
          (ObjectNode)
              Json.mapper()
                  .readTree(
                      """
                      {"vocab_size": 31, "hidden_size": 64, "intermediate_size": 20,
                       "num_hidden_layers": 1, "num_attention_heads": 4}""");
      node.setAll((ObjectNode) each.path("config"));
      double[] frequencies = LlamaConfig.parse(node.toString()).ropeFrequencies();
      for (int i = 0; i < frequencies.length; i++) {
        double expected = each.path("frequencies").path(i).asDouble();
        assertThat(frequencies[i])
            .as("%s", each.path("config"))
            .isCloseTo(expected, within(1e-6 * expected));
      }
    }
  }

  /** As files from elsewhere may have them; each names its key, none ends in a defect. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "num_attention_heads | 0",
        "num_attention_heads | -4",
        "num_attention_heads | 2147483648",
        "num_key_value_heads | 0",
        "num_key_value_heads | 'two'",
        "num_hidden_layers | 2147483647",
        "max_position_embeddings | 2147483648",
        "max_position_embeddings | 0",
        "head_dim | 2147483646",
        "head_dim | 4294967298",
        "hidden_size | 1e30",
        "vocab_size | -1",
        "rms_norm_eps | -1",
        "rms_norm_eps | 1e999",
        "rope_theta | 0",
        "rope_theta | {}",
        "rope_scaling | {`rope_type`: `llama3`, `factor`: -8}",
        "sliding_window | 0",
      })
  void refusesShapesThatCannotBe(String key, String value) {
    String json = "`%s`: %s".formatted(key, value.replace("'", ""));
    assertThatThrownBy(() -> parse("mistral", json.replace("two", "`two`")))
        .as(json)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("config.json");
  }

  /** 7B's, and ranks that no machine holds. */
  @Test
  void refusesMoreNumbersThanAVectorHolds() throws IOException {
    LlamaConfig seven =
        parse(
            "llama",
            "`vocab_size`: 32000, `hidden_size`: 4096, `intermediate_size`: 11008,"
                + " `num_hidden_layers`: 32, `num_attention_heads`: 32, `num_key_value_heads`: 32");
    assertThatThrownBy(() -> LlamaWeights.layout(seven, new Adaptation.Full()))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("method = full would train more than 2^31-1 numbers");
    for (int rank : new int[] {1 << 20, Integer.MAX_VALUE}) {
      Adaptation.Lora lora = new Adaptation.Lora(rank, 1, 0, List.of("q_proj"), false);
      assertThatThrownBy(() -> LlamaWeights.layout(seven, lora))
          .isInstanceOf(BadSettingException.class)
          .hasMessageContaining("LoRA of rank " + rank);
    }
  }

  /** Shapes as published, against the numbers of weights that Hugging Face shows for them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Mistral-7B-v0.1
        "mistral | 32000, 4096, 14336, 32, 32, 8 | `sliding_window`: 4096 | 7241732096",
        // Qwen2.5-0.5B
        "qwen2 | 151936, 896, 4864, 24, 14, 2 | `tie_word_embeddings`: true | 494032768",
        // Qwen3-0.6B
        "qwen3 | 151936, 1024, 3072, 28, 16, 8 | `tie_word_embeddings`: true, `head_dim`: 128 |"
            + " 596049920",
      })
  void weightsAreAsManyAsPublished(String type, String shape, String more, long expected)
      throws IOException {
    String[] n = shape.split(", ");
    String keys =
        ("`vocab_size`: %s, `hidden_size`: %s, `intermediate_size`: %s, `num_hidden_layers`: %s,"
                + " `num_attention_heads`: %s, `num_key_value_heads`: %s, %s")
            .formatted(n[0], n[1], n[2], n[3], n[4], n[5], more);
    long weights =
        LlamaWeights.tensors(parse(type, keys)).values().stream()
            .mapToLong(s -> s.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
            .sum();
    assertThat(weights).isEqualTo(expected);
  }

  @Test
  void whatIsAbsentIsWhatTransformersTakesForIt() throws IOException {
    LlamaConfig llama = parse("llama", "");
    assertThat(llama.family()).isEqualTo(Family.LLAMA);
    assertThat(List.of(llama.headSize(), llama.maxPositions(), llama.bos(), llama.eos()))
        .containsExactly(4, 2048, 1, 2);
    LlamaConfig mistral = parse("mistral", "`max_position_embeddings`: 8192");
    assertThat(mistral.sliding()).isEqualTo(new LlamaConfig.Sliding(4096, List.of(0, 1, 2)));
    assertThat(mistral.wholeAttention()).isEqualTo(4096);
    assertThat(parse("mistral", "`sliding_window`: null, `head_dim`: null").sliding()).isNull();
    LlamaConfig qwen2 = parse("qwen2", "`sliding_window`: 8, `attention_bias`: true");
    assertThat(qwen2.sliding()).isNull();
    assertThat(List.of(qwen2.headSize(), qwen2.maxPositions(), qwen2.bos(), qwen2.eos()))
        .containsExactly(4, 32768, LlamaConfig.NONE, LlamaConfig.NONE);
    assertThat(parse("qwen3", "").headSize()).isEqualTo(128);
    assertThat(parse("qwen3", "`use_sliding_window`: true").sliding()).isNull();
  }

  @Test
  void someOrAllBlocksHaveAWindow() throws IOException {
    LlamaConfig last = parse("qwen2", "`use_sliding_window`: true, `max_window_layers`: 2");
    assertThat(last.window(1)).isEqualTo(Integer.MAX_VALUE);
    assertThat(last.window(2)).isEqualTo(4096);
    LlamaConfig named =
        parse(
            "qwen3",
            "`use_sliding_window`: true, `sliding_window`: 5, `layer_types`:"
                + " [`sliding_attention`, `full_attention`, `sliding_attention`]");
    assertThat(named.sliding()).isEqualTo(new LlamaConfig.Sliding(5, List.of(0, 2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gemma3_text | | model_type is gemma3_text, must be one of [llama, mistral, qwen2, qwen3]",
        "mixtral | | model_type is mixtral",
        "qwen3_moe | | model_type is qwen3_moe",
        "llama | `attention_bias`: true | attention_bias is true, must be false",
        "qwen3 | `attention_bias`: true | attention_bias is true, must be false",
        "qwen2 | `mlp_bias`: true | mlp_bias is true, must be false",
        "mistral | `hidden_act`: `gelu` | hidden_act is gelu, must be silu",
        "qwen2 | `quantization_config`: {`bits`: 4} | quantization_config is there, must be absent",
        "llama | `partial_rotary_factor`: 0.5 | partial_rotary_factor is 0.5, must be 1",
        "qwen3 | `rope_parameters`: {`partial_rotary_factor`: 0.25} | partial_rotary_factor is 0.25",
        "qwen2 | `rope_scaling`: {`type`: `yarn`, `factor`: 4} | rope_scaling.rope_type is yarn, must"
            + " be default",
        "llama | `rope_parameters`: {`rope_type`: `linear`} | rope_parameters.rope_type is linear,"
            + " must be default or llama3",
        "qwen3 | `rope_parameters`: {`full_attention`: {}} | rope_parameters is given for each type",
        "qwen3 | `layer_types`: [`full_attention`, `sliding_attention`, `full_attention`] |"
            + " layer_types is sliding_attention at 1, must be full_attention, since no sliding_window"
            + " is used",
        "mistral | `layer_types`: [`full_attention`] | layer_types is full_attention at 0, must be"
            + " sliding_attention",
        "mistral | `sliding_window`: 0 | sliding_window is 0, must be positive",
        "mistral | `sliding_window`: `4k` | sliding_window is",
        "qwen3 | `head_dim`: 5 | head_dim is 5, must be positive and even",
      })
  void whatIsNotDoneIsRefusedByName(String type, String more, String reason) {
    assertThatThrownBy(() -> parse(type, more == null ? "" : more))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("config.json: " + reason);
  }
}
