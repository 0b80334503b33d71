package org.radllama.train.checkpoint;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.gguf.GgufInfo;
import org.radllama.train.gguf.GgufReader;
import org.radllama.train.gguf.GgufValues;
import org.radllama.train.llama.Family;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.safetensors.BadFile;

/** A model's shape from a GGUF file's metadata, as the {@code config.json} of such a model. */
final class GgufConfig {
  /** Llama 3's own figures, which all its releases share; a file has their outcome alone. */
  private static final double LOW_FREQUENCY = 1;

  private static final double HIGH_FREQUENCY = 4;
  private static final int ORIGINAL_POSITIONS = 8192;

  /** Whoever wrote the factors worked in float. */
  private static final double FACTOR_TOLERANCE = 1e-4;

  private static final String HUB = "https://huggingface.co/";

  private final GgufReader file;
  private final GgufValues values;
  private final Family family;

  private GgufConfig(GgufReader file) {
    this.file = file;
    this.values = file.values();
    this.family = family();
  }

  /**
   * The text of a config.json, without {@code torch_dtype}.
   *
   * @throws BadInputException naming a key that is missing, or that asks for what is not done here
   */
  static ObjectNode of(GgufReader file) throws IOException {
    return new GgufConfig(file).json();
  }

  private ObjectNode json() throws IOException {
    refuseOthers();
    int hidden = values.size(key("embedding_length"));
    int heads = values.size(key("attention.head_count"));
    int headSize = values.whole(key("attention.key_length")).orElse(hidden / heads);
    requireHead("attention.value_length", headSize);
    requireHead("rope.dimension_count", headSize);
    int layers = values.size(key("block_count"));
    if (layers > file.names().size()) {
      throw file.bad()
          .because(format("%s is %d, more than it has tensors", key("block_count"), layers));
    }
    ObjectNode node = Json.mapper().createObjectNode();
    name().ifPresent(name -> node.put("_name_or_path", name));
    node.putArray("architectures").add(family.className());
    node.put("attention_bias", false);
    token(node, "bos", 1);
    token(node, "eos", 2);
    node.put("head_dim", headSize);
    node.put("hidden_act", "silu");
    node.put("hidden_size", hidden);
    node.put("intermediate_size", values.size(key("feed_forward_length")));
    node.put("max_position_embeddings", values.size(key("context_length")));
    node.put("mlp_bias", false);
    node.put("model_type", family.modelType());
    node.put("num_attention_heads", heads);
    node.put("num_hidden_layers", layers);
    node.put("num_key_value_heads", values.whole(key("attention.head_count_kv")).orElse(heads));
    node.put("rms_norm_eps", epsilon());
    node.put("rope_theta", positive(key("rope.freq_base"), Optional.of(10000.0)));
    node.put("tie_word_embeddings", !file.has(GgufNames.HEAD));
    node.put("vocab_size", vocabulary());
    if (file.has(GgufNames.ROPE_FACTORS)) {
      scaling(node, headSize);
    }
    return node;
  }

  private Family family() {
    String name =
        values
            .text("general.architecture")
            .orElseThrow(() -> file.bad().because("general.architecture is missing"));
    return Family.ofGguf(name)
        .orElseThrow(
            () ->
                file.bad()
                    .unsupported(
                        "its architecture is %s, readable are %s"
                            .formatted(
                                BadFile.shown(name), String.join(", ", Family.ggufNames()))));
  }

  private String key(String name) {
    return family.ggufName() + "." + name;
  }

  private void refuseOthers() {
    if (values.whole("split.count").orElse(1) > 1) {
      throw file.bad()
          .unsupported(
              "it is one of several parts; join them by llama.cpp's llama-gguf-split --merge");
    }
    if (values.whole(key("expert_count")).orElse(0) > 0) {
      throw file.bad().unsupported(key("expert_count") + ": mixtures of experts are not supported");
    }
    String type = values.text(key("rope.scaling.type")).orElse("none");
    double factor =
        values
            .number(key("rope.scaling.factor"))
            .or(() -> values.number(key("rope.scale_linear")))
            .orElse(1.0);
    boolean plain = type.equals("none") || (type.equals("linear") && (factor == 0 || factor == 1));
    if (!plain || (factor != 0 && factor != 1)) {
      throw file.bad()
          .unsupported(
              "%s is %s by %s; rotary scaling other than Llama 3's is not supported"
                  .formatted(key("rope.scaling.type"), BadFile.shown(type), factor));
    }
  }

  private void requireHead(String name, int headSize) {
    int seen = values.whole(key(name)).orElse(headSize);
    if (seen != headSize) {
      throw file.bad()
          .unsupported(
              format("%s is %d, must be the size of a head, %d", key(name), seen, headSize));
    }
  }

  /** What the model calls itself: its place on the Hugging Face hub, else its name for people. */
  private Optional<String> name() {
    return values
        .text("general.source.repo_url")
        .or(() -> values.text("general.repo_url"))
        .filter(url -> url.startsWith(HUB))
        .map(url -> url.substring(HUB.length()))
        .or(() -> values.text("general.name"))
        .map(BadFile::shown);
  }

  /** Where a file has no such key, a Llama has what Llama 2 has, and another family has none. */
  private void token(ObjectNode node, String which, int ofLlama) {
    values
        .whole("tokenizer.ggml." + which + "_token_id")
        .or(() -> family == Family.LLAMA ? Optional.of(ofLlama) : Optional.empty())
        .ifPresent(id -> node.put(which + "_token_id", id));
  }

  private double epsilon() {
    return positive(key("attention.layer_norm_rms_epsilon"), Optional.empty());
  }

  private double positive(String key, Optional<Double> otherwise) {
    double value =
        values
            .number(key)
            .or(() -> otherwise)
            .orElseThrow(() -> file.bad().because(key + " is missing"));
    if (!(value > 0) || Double.isInfinite(value)) {
      throw file.bad().because("%s is %s, must be a positive number".formatted(key, value));
    }
    return value;
  }

  private int vocabulary() {
    List<Long> shape = file.tensor(GgufNames.EMBEDDING).shape();
    if (shape.size() != 2 || shape.get(0) > Integer.MAX_VALUE) {
      throw file.bad().tensor(GgufNames.EMBEDDING, "its shape is " + shape);
    }
    return shape.get(0).intValue();
  }

  private LlamaConfig parsed(ObjectNode node) {
    try {
      return LlamaConfig.parse(Json.text(node));
    } catch (BadInputException e) {
      throw file.bad().because("its metadata do not describe a model: " + e.getMessage(), e);
    }
  }

  /**
   * A file has Llama 3's scaling worked out, as a factor for each pair of a head. The largest is
   * the scaling's own; with it the others must be what Llama 3's rule makes.
   */
  private void scaling(ObjectNode node, int headSize) throws IOException {
    GgufInfo info = file.tensor(GgufNames.ROPE_FACTORS);
    if (!info.shape().equals(List.of(headSize / 2L))) {
      throw file.bad()
          .tensor(info.name(), format("its shape is %s, must be [%d]", info.shape(), headSize / 2));
    }
    float[] factors = new float[headSize / 2];
    file.read(info.name(), 0, factors, 0, factors.length);
    double largest = 1;
    for (float factor : factors) {
      if (!(factor > 0) || Float.isInfinite(factor)) {
        throw file.bad().tensor(info.name(), "it holds %s".formatted(factor));
      }
      largest = Math.max(largest, factor);
    }
    int original =
        values.whole(key("rope.scaling.original_context_length")).orElse(ORIGINAL_POSITIONS);
    node.putObject("rope_scaling")
        .put("factor", largest)
        .put("high_freq_factor", HIGH_FREQUENCY)
        .put("low_freq_factor", LOW_FREQUENCY)
        .put("original_max_position_embeddings", original)
        .put("rope_type", "llama3");
    LlamaConfig config = parsed(node);
    for (int i = 0; i < factors.length; i++) {
      double expected = config.ropeFactor(i);
      if (!(Math.abs(factors[i] - expected) <= FACTOR_TOLERANCE * expected)) {
        throw file.bad()
            .tensor(
                info.name(),
                format(
                    "its element %d is %s, Llama 3's scaling by %s (factors 1 and 4, %d positions) has %s; other scalings are not supported",
                    i, factors[i], largest, original, expected));
      }
    }
  }
}
