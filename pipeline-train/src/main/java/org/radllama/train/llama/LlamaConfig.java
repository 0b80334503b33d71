package org.radllama.train.llama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.stream.IntStream;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * The shape of a Llama model, as Hugging Face's {@code config.json} gives it (Touvron et al., arXiv
 * 2302.13971 and 2307.09288).
 *
 * @param vocabularySize rows of the embedding
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width of the gated feed-forward network
 * @param layers decoder blocks
 * @param heads query heads
 * @param keyValueHeads key and value heads; divides {@code heads}
 * @param headSize width of one head, even
 * @param maxPositions longest sequence the model was made for
 * @param rmsNormEps added to the mean square in RMSNorm
 * @param rope rotary embedding
 * @param tiedEmbeddings whether the output head is the embedding itself
 * @param bos id of the begin token
 * @param eos id of the end token
 */
public record LlamaConfig(
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headSize,
    int maxPositions,
    double rmsNormEps,
    Rope rope,
    boolean tiedEmbeddings,
    int bos,
    int eos)
    implements Serializable {

  /**
   * Rotary position embedding (Su et al., arXiv 2104.09864).
   *
   * @param theta the base of the frequencies
   * @param scaling Llama 3's frequency scaling, if any
   */
  public record Rope(double theta, Llama3Scaling scaling) implements Serializable {}

  /**
   * Llama 3.1's scaling of low frequencies: those with a wavelength above {@code
   * originalMaxPositions / lowFrequencyFactor} are divided by {@code factor}, those below {@code
   * originalMaxPositions / highFrequencyFactor} stay, between them the two are blended.
   */
  public record Llama3Scaling(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      double originalMaxPositions)
      implements Serializable {}

  public LlamaConfig {
    require(vocabularySize > 0, "vocab_size", vocabularySize, "positive");
    require(hiddenSize > 0, "hidden_size", hiddenSize, "positive");
    require(intermediateSize > 0, "intermediate_size", intermediateSize, "positive");
    require(layers > 0, "num_hidden_layers", layers, "positive");
    require(heads > 0, "num_attention_heads", heads, "positive");
    require(
        keyValueHeads > 0 && heads % keyValueHeads == 0,
        "num_key_value_heads",
        keyValueHeads,
        "a divisor of num_attention_heads = " + heads);
    require(headSize > 0 && headSize % 2 == 0, "head_dim", headSize, "positive and even");
  }

  /** Width of all queries: heads x head size. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Width of all keys, and of all values: key-value heads x head size. */
  public int keyValueWidth() {
    return keyValueHeads * headSize;
  }

  /** Angle by which each pair of a head turns from one position to the next, in radians. */
  public double[] ropeFrequencies() {
    return IntStream.range(0, headSize / 2).mapToDouble(this::ropeFrequency).toArray();
  }

  private double ropeFrequency(int i) {
    double plain = plainFrequency(i);
    Llama3Scaling s = rope.scaling();
    if (s == null) {
      return plain;
    }
    double turns = s.originalMaxPositions() * plain / (2 * Math.PI);
    if (turns > s.highFrequencyFactor()) {
      return plain;
    }
    if (turns < s.lowFrequencyFactor()) {
      return plain / s.factor();
    }
    double smooth =
        (turns - s.lowFrequencyFactor()) / (s.highFrequencyFactor() - s.lowFrequencyFactor());
    return (1 - smooth) * plain / s.factor() + smooth * plain;
  }

  /** By how much the scaling slows pair {@code i} down: 1 without scaling, at most its factor. */
  public double ropeFactor(int i) {
    return plainFrequency(i) / ropeFrequency(i);
  }

  private double plainFrequency(int i) {
    return Math.pow(rope.theta(), -2.0 * i / headSize);
  }

  /**
   * Reads {@code config.json}.
   *
   * @throws BadInputException naming the key, for another architecture or a shape that cannot be
   */
  public static LlamaConfig parse(String json) {
    try {
      return of(Json.mapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new BadInputException("config.json is not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("config.json: " + e.getMessage(), e);
    }
  }

  /** The same shape for another tokenizer. */
  public LlamaConfig with(int newVocabularySize, int newBos, int newEos) {
    return new LlamaConfig(
        newVocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headSize,
        maxPositions,
        rmsNormEps,
        rope,
        tiedEmbeddings,
        newBos,
        newEos);
  }

  private static LlamaConfig of(JsonNode node) {
    String type = node.path("model_type").asText("llama");
    require(type.equals("llama"), "model_type", type, "llama");
    String activation = node.path("hidden_act").asText("silu");
    require(activation.equals("silu"), "hidden_act", activation, "silu");
    for (String bias : new String[] {"attention_bias", "mlp_bias"}) {
      require(!node.path(bias).asBoolean(false), bias, true, "false");
    }
    int hidden = integer(node, "hidden_size");
    int heads = integer(node, "num_attention_heads");
    return new LlamaConfig(
        integer(node, "vocab_size"),
        hidden,
        integer(node, "intermediate_size"),
        integer(node, "num_hidden_layers"),
        heads,
        node.path("num_key_value_heads").asInt(heads),
        node.path("head_dim").asInt(hidden / heads),
        node.path("max_position_embeddings").asInt(2048),
        node.path("rms_norm_eps").asDouble(1e-6),
        rope(node),
        node.path("tie_word_embeddings").asBoolean(false),
        first(node.path("bos_token_id"), 1),
        first(node.path("eos_token_id"), 2));
  }

  private static Rope rope(JsonNode node) {
    JsonNode scaling = node.path(node.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
    double theta = scaling.path("rope_theta").asDouble(node.path("rope_theta").asDouble(10000));
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    if (type.equals("default")) {
      return new Rope(theta, null);
    }
    require(type.equals("llama3"), "rope_scaling.rope_type", type, "default or llama3");
    return new Rope(
        theta,
        new Llama3Scaling(
            scaling.path("factor").asDouble(8),
            scaling.path("low_freq_factor").asDouble(1),
            scaling.path("high_freq_factor").asDouble(4),
            scaling.path("original_max_position_embeddings").asDouble(8192)));
  }

  private static int integer(JsonNode node, String key) {
    require(node.path(key).isInt(), key, node.path(key), "an integer");
    return node.path(key).asInt();
  }

  /** An id, or the first of a list of ids. */
  private static int first(JsonNode node, int otherwise) {
    return node.isArray() ? node.path(0).asInt(otherwise) : node.asInt(otherwise);
  }

  private static void require(boolean holds, String key, Object seen, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s, must be %s".formatted(key, seen, expected));
    }
  }

  /** The {@code config.json} that transformers reads, with weights as {@code float32}. */
  public String toJson() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.putArray("architectures").add("LlamaForCausalLM");
    node.put("attention_bias", false);
    node.put("bos_token_id", bos);
    node.put("eos_token_id", eos);
    node.put("head_dim", headSize);
    node.put("hidden_act", "silu");
    node.put("hidden_size", hiddenSize);
    node.put("intermediate_size", intermediateSize);
    node.put("max_position_embeddings", maxPositions);
    node.put("mlp_bias", false);
    node.put("model_type", "llama");
    node.put("num_attention_heads", heads);
    node.put("num_hidden_layers", layers);
    node.put("num_key_value_heads", keyValueHeads);
    node.put("rms_norm_eps", rmsNormEps);
    if (rope.scaling() != null) {
      node.putObject("rope_scaling")
          .put("factor", rope.scaling().factor())
          .put("high_freq_factor", rope.scaling().highFrequencyFactor())
          .put("low_freq_factor", rope.scaling().lowFrequencyFactor())
          .put("original_max_position_embeddings", (int) rope.scaling().originalMaxPositions())
          .put("rope_type", "llama3");
    }
    node.put("rope_theta", rope.theta());
    node.put("tie_word_embeddings", tiedEmbeddings);
    node.put("torch_dtype", "float32");
    node.put("vocab_size", vocabularySize);
    return Json.text(node);
  }
}
