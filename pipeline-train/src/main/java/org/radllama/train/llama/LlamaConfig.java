package org.radllama.train.llama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/**
 * The shape of a Llama model (Touvron et al., arXiv 2302.13971 and 2307.09288), or of another of
 * the {@link Family} that shares its blocks, as Hugging Face's {@code config.json} gives it.
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
 * @param bos id of the begin token, or {@link #NONE}
 * @param eos id of the end token, or {@link #NONE}
 * @param family in what the blocks differ from Llama's
 * @param sliding the window of attention, or null without one
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
    int eos,
    Family family,
    Sliding sliding)
    implements Serializable {
  /** Stands for the id of a token that the configuration does not name. */
  public static final int NONE = -1;

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

  /**
   * Sliding-window attention (Beltagy et al., arXiv 2004.05150; Jiang et al., arXiv 2310.06825).
   *
   * @param window how many keys a query sees at most, its own token's among them; at least 1
   * @param layers the blocks that have it, in order; the others see all
   */
  public record Sliding(int window, List<Integer> layers) implements Serializable {
    public Sliding {
      layers = List.copyOf(layers);
      require(window > 0, "sliding_window", window, "positive");
    }
  }

  /** The shape of a Llama. */
  @SuppressWarnings("ParameterNumber") // The record's own.
  public LlamaConfig(
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
      int eos) {
    this(
        vocabularySize,
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
        bos,
        eos,
        Family.LLAMA,
        null);
  }

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
    require(
        (long) heads * headSize <= Integer.MAX_VALUE,
        "num_attention_heads x head_dim",
        (long) heads * headSize,
        "at most 2^31-1");
    require(maxPositions > 0, "max_position_embeddings", maxPositions, "positive");
    require(rmsNormEps > 0 && Double.isFinite(rmsNormEps), "rms_norm_eps", rmsNormEps, "positive");
    require(
        rope.theta() > 0 && Double.isFinite(rope.theta()), "rope_theta", rope.theta(), "positive");
  }

  /** Width of all queries: heads x head size. */
  public int queryWidth() {
    return heads * headSize;
  }

  /** Width of all keys, and of all values: key-value heads x head size. */
  public int keyValueWidth() {
    return keyValueHeads * headSize;
  }

  /** How many keys a query of a block sees at most, its own token's among them. */
  public int window(int layer) {
    return sliding != null && sliding.layers().contains(layer)
        ? sliding.window()
        : Integer.MAX_VALUE;
  }

  /** Tokens of a text up to which no block's window hides anything. */
  public int wholeAttention() {
    return sliding == null ? maxPositions : Math.min(maxPositions, sliding.window());
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
   * @throws BadInputException naming the key, for another architecture, for a shape that cannot be,
   *     and for what a model of the family may ask and is not done here
   */
  public static LlamaConfig parse(String json) {
    try {
      return ConfigJson.read(Json.mapper().readTree(json));
    } catch (JsonProcessingException e) {
      throw new BadInputException("config.json is not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("config.json: " + e.getMessage(), e);
    }
  }

  /** Puts the ids of begin and end into a JSON object, as far as there are some. */
  public void putIds(ObjectNode node) {
    if (bos != NONE) {
      node.put("bos_token_id", bos);
    }
    if (eos != NONE) {
      node.put("eos_token_id", eos);
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
        newEos,
        family,
        sliding);
  }

  static void require(boolean holds, String key, Object seen, String expected) {
    if (!holds) {
      throw new IllegalArgumentException("%s is %s, must be %s".formatted(key, seen, expected));
    }
  }

  /** The {@code config.json} that transformers reads, with weights as {@code float32}. */
  public String toJson() {
    return ConfigJson.write(this);
  }
}
