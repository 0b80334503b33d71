package org.radllama.train.llama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.run.Json;
import org.radllama.train.llama.LlamaConfig.Llama3Scaling;
import org.radllama.train.llama.LlamaConfig.Rope;
import org.radllama.train.llama.LlamaConfig.Sliding;

/**
 * {@code config.json} as transformers reads and writes it, with its defaults. What changes the
 * model's numbers and is not done here is refused.
 */
final class ConfigJson {
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";
  private static final int WINDOW = 4096;
  private static final int MOST_LAYERS = 1 << 14;

  private ConfigJson() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException naming the key
   */
  static LlamaConfig read(JsonNode node) {
    Family family = Family.of(node.path("model_type").asText("llama"));
    refuse(node, family);
    int hidden = integer(node, "hidden_size");
    int layers = integer(node, "num_hidden_layers");
    int heads = integer(node, "num_attention_heads");
    require(heads > 0, "num_attention_heads", heads, "positive");
    require(layers <= MOST_LAYERS, "num_hidden_layers", layers, "at most " + MOST_LAYERS);
    boolean qwen = family == Family.QWEN2 || family == Family.QWEN3;
    return new LlamaConfig(
        integer(node, "vocab_size"),
        hidden,
        integer(node, "intermediate_size"),
        layers,
        heads,
        keyValueHeads(node, family, heads),
        integer(node, "head_dim", family == Family.QWEN3 ? 128 : hidden / heads),
        integer(node, "max_position_embeddings", positions(family)),
        number(node, "rms_norm_eps", 1e-6),
        rope(node, family),
        node.path("tie_word_embeddings").asBoolean(false),
        first(node.path("bos_token_id"), qwen ? LlamaConfig.NONE : 1),
        first(node.path("eos_token_id"), qwen ? LlamaConfig.NONE : 2),
        family,
        sliding(node, family, layers));
  }

  private static int keyValueHeads(JsonNode node, Family family, int heads) {
    if (node.has("num_key_value_heads") || family == Family.LLAMA) {
      return integer(node, "num_key_value_heads", heads);
    }
    return family == Family.MISTRAL ? 8 : 32;
  }

  private static int positions(Family family) {
    return switch (family) {
      case LLAMA -> 2048;
      case MISTRAL -> 131072;
      case QWEN2, QWEN3 -> 32768;
    };
  }

  private static void refuse(JsonNode node, Family family) {
    String activation = node.path("hidden_act").asText("silu");
    require(activation.equals("silu"), "hidden_act", activation, "silu");
    // Qwen 2 has biases whatever this key says, and never on o_proj.
    if (family != Family.QWEN2) {
      require(!node.path("attention_bias").asBoolean(false), "attention_bias", true, "false");
    }
    require(!node.path("mlp_bias").asBoolean(false), "mlp_bias", true, "false");
    require(
        !node.hasNonNull("quantization_config"),
        "quantization_config",
        "there",
        "absent: use the checkpoint before quantisation (base-precision = int8 saves memory too)");
  }

  private static Rope rope(JsonNode node, Family family) {
    // As transformers 5 does: rope_scaling, if it says anything, else rope_parameters.
    String key = node.path("rope_scaling").isEmpty() ? "rope_parameters" : "rope_scaling";
    JsonNode scaling = node.path(key);
    for (JsonNode place : List.of(node, scaling)) {
      double part = place.path("partial_rotary_factor").asDouble(1);
      require(part == 1, "partial_rotary_factor", part, "1");
    }
    require(!scaling.has(FULL), key, "given for each type of layer", "the same for all");
    double theta = number(scaling, "rope_theta", number(node, "rope_theta", 10000));
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    if (type.equals("default")) {
      return new Rope(theta, null);
    }
    // llama.cpp knows Llama 3's scaling of Llamas alone.
    boolean scalable = family.ggufRotatesNeighbours();
    require(
        scalable && type.equals("llama3"),
        key + ".rope_type",
        type,
        scalable ? "default or llama3" : "default");
    return new Rope(
        theta,
        new Llama3Scaling(
            number(scaling, "factor", 8),
            number(scaling, "low_freq_factor", 1),
            number(scaling, "high_freq_factor", 4),
            number(scaling, "original_max_position_embeddings", 8192)));
  }

  private static Sliding sliding(JsonNode node, Family family, int layers) {
    List<Integer> slide =
        IntStream.range(0, layers).filter(i -> slides(node, family, i)).boxed().toList();
    if (slide.isEmpty()) {
      return null;
    }
    return new Sliding(integer(node, "sliding_window", WINDOW), slide);
  }

  /** Whether there is a window: where the key is absent, its default counts. */
  private static boolean window(JsonNode node) {
    JsonNode window = node.path("sliding_window");
    require(
        window.isMissingNode() || window.isNull() || window.isInt(),
        "sliding_window",
        window,
        "an integer");
    return !window.isNull();
  }

  private static boolean slides(JsonNode node, Family family, int layer) {
    JsonNode types = node.path("layer_types");
    if (family == Family.LLAMA || family == Family.MISTRAL) {
      boolean slides = family == Family.MISTRAL && window(node);
      String all = slides ? SLIDING : FULL;
      String type = types.isArray() ? types.path(layer).asText() : all;
      require(type.equals(all), "layer_types", type + " at " + layer, all);
      return slides;
    }
    boolean used = node.path("use_sliding_window").asBoolean(false) && window(node);
    if (!types.isArray()) {
      return used && layer >= integer(node, "max_window_layers", 28);
    }
    String type = types.path(layer).asText();
    require(
        type.equals(FULL) || (used && type.equals(SLIDING)),
        "layer_types",
        type + " at " + layer,
        used ? FULL + " or " + SLIDING : FULL + ", since no sliding_window is used");
    return type.equals(SLIDING);
  }

  private static int integer(JsonNode node, String key) {
    require(node.path(key).isInt(), key, node.path(key), "an integer");
    return node.path(key).asInt();
  }

  /** A whole number of 32 bits, or another where there is none. */
  private static int integer(JsonNode node, String key, int otherwise) {
    return node.hasNonNull(key) ? integer(node, key) : otherwise;
  }

  /** A positive number, or another where there is none. */
  private static double number(JsonNode node, String key, double otherwise) {
    if (!node.hasNonNull(key)) {
      return otherwise;
    }
    double value = node.path(key).asDouble(Double.NaN);
    require(value > 0 && Double.isFinite(value), key, node.path(key), "a positive number");
    return value;
  }

  /** An id, or the first of a list of ids. */
  private static int first(JsonNode node, int otherwise) {
    JsonNode id = node.isArray() ? node.path(0) : node;
    return id.isInt() ? id.asInt() : otherwise;
  }

  private static void require(boolean holds, String key, Object seen, String expected) {
    LlamaConfig.require(holds, key, seen, expected);
  }

  /** Writes it, so that {@link #read} gives the same. */
  static String write(LlamaConfig config) {
    ObjectNode node = Json.mapper().createObjectNode();
    Family family = config.family();
    node.putArray("architectures").add(family.className());
    if (family != Family.QWEN2) {
      node.put("attention_bias", false);
    }
    config.putIds(node);
    node.put("head_dim", config.headSize());
    node.put("hidden_act", "silu");
    node.put("hidden_size", config.hiddenSize());
    node.put("intermediate_size", config.intermediateSize());
    node.put("max_position_embeddings", config.maxPositions());
    if (family == Family.LLAMA) {
      node.put("mlp_bias", false);
    }
    node.put("model_type", family.modelType());
    node.put("num_attention_heads", config.heads());
    node.put("num_hidden_layers", config.layers());
    node.put("num_key_value_heads", config.keyValueHeads());
    node.put("rms_norm_eps", config.rmsNormEps());
    Llama3Scaling scaling = config.rope().scaling();
    if (scaling != null) {
      node.putObject("rope_scaling")
          .put("factor", scaling.factor())
          .put("high_freq_factor", scaling.highFrequencyFactor())
          .put("low_freq_factor", scaling.lowFrequencyFactor())
          .put("original_max_position_embeddings", (int) scaling.originalMaxPositions())
          .put("rope_type", "llama3");
    }
    node.put("rope_theta", config.rope().theta());
    putSliding(node, config);
    node.put("tie_word_embeddings", config.tiedEmbeddings());
    node.put("torch_dtype", "float32");
    node.put("vocab_size", config.vocabularySize());
    return Json.text(node);
  }

  private static void putSliding(ObjectNode node, LlamaConfig config) {
    Sliding sliding = config.sliding();
    if (config.family() == Family.MISTRAL && sliding == null) {
      node.putNull("sliding_window"); // where it is absent, it is 4096
    }
    if (config.family() == Family.MISTRAL || config.family() == Family.LLAMA) {
      if (sliding != null) {
        node.put("sliding_window", sliding.window());
      }
      return;
    }
    node.put("use_sliding_window", sliding != null);
    if (sliding != null) {
      node.put("sliding_window", sliding.window());
      // Older releases of transformers know only the first of the layers.
      node.put("max_window_layers", sliding.layers().get(0));
      ArrayNode types = node.putArray("layer_types");
      for (int i = 0; i < config.layers(); i++) {
        types.add(sliding.layers().contains(i) ? SLIDING : FULL);
      }
    }
  }
}
