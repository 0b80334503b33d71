package org.radllama.train.llama;

import static org.radllama.text.Format.format;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.failure.BadSettingException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;

/** Names and shapes of a model's weights, and the order of the trainable ones. */
public final class LlamaWeights {
  /** The embedding, (vocabulary, hidden). */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /** The last RMSNorm's gain, (hidden). */
  public static final String FINAL_NORM = "model.norm.weight";

  /** The output head, (vocabulary, hidden); absent when it is the embedding itself. */
  public static final String HEAD = "lm_head.weight";

  /** The projections of a block, in the order they are applied; LoRA adapts any of them. */
  public static final List<String> PROJECTIONS =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  private LlamaWeights() {}

  /** Hugging Face's name of a projection: {@code model.layers.N.self_attn.q_proj.weight}. */
  public static String projection(int layer, String name) {
    return module(layer, name) + ".weight";
  }

  /** Hugging Face's name of a projection's bias, (out). */
  public static String bias(int layer, String name) {
    return module(layer, name) + ".bias";
  }

  /** Hugging Face's name of the norm of each query's head, (head size). */
  public static String queryNorm(int layer) {
    return projection(layer, "q_norm");
  }

  /** Hugging Face's name of the norm of each key's head, (head size). */
  public static String keyNorm(int layer) {
    return projection(layer, "k_norm");
  }

  /** Hugging Face's name of the norm before attention, (hidden). */
  public static String attentionNorm(int layer) {
    return format("model.layers.%d.input_layernorm.weight", layer);
  }

  /** Hugging Face's name of the norm before the feed-forward network, (hidden). */
  public static String feedForwardNorm(int layer) {
    return format("model.layers.%d.post_attention_layernorm.weight", layer);
  }

  /** PEFT's name of a LoRA factor; {@code factor} is {@code lora_A} (r, in) or {@code lora_B}. */
  public static String loraFactor(int layer, String projection, String factor) {
    return "base_model.model.%s.%s.weight".formatted(module(layer, projection), factor);
  }

  private static String module(int layer, String name) {
    String part = name.charAt(1) == '_' ? "self_attn" : "mlp";
    return format("model.layers.%d.%s.%s", layer, part, name);
  }

  /** Shape (out, in) of a projection. */
  public static List<Integer> projectionShape(LlamaConfig config, String name) {
    int hidden = config.hiddenSize();
    return switch (name) {
      case "q_proj" -> List.of(config.queryWidth(), hidden);
      case "k_proj", "v_proj" -> List.of(config.keyValueWidth(), hidden);
      case "o_proj" -> List.of(hidden, config.queryWidth());
      case "gate_proj", "up_proj" -> List.of(config.intermediateSize(), hidden);
      case "down_proj" -> List.of(hidden, config.intermediateSize());
      default ->
          throw new BadSettingException("not a projection: %s, one of %s", name, PROJECTIONS);
    };
  }

  /**
   * Where each trainable tensor lies in the flat vector.
   *
   * @throws BadSettingException for 2^31 numbers or more, which no vector here holds
   */
  public static ParameterLayout layout(LlamaConfig config, Adaptation adaptation) {
    try {
      return adaptation instanceof Adaptation.Lora lora
          ? loraLayout(config, lora)
          : fullLayout(config);
    } catch (ArithmeticException e) {
      throw new BadSettingException(
          "%s would train more than 2^31-1 numbers of this model, which is too many to be one vector",
          adaptation instanceof Adaptation.Lora lora
              ? "LoRA of rank " + lora.rank()
              : "method = full");
    }
  }

  /** Block by block, projection by projection: A (r, in), then B (out, r). */
  private static ParameterLayout loraLayout(LlamaConfig config, Adaptation.Lora lora) {
    for (String target : lora.targets()) {
      projectionShape(config, target);
    }
    Map<String, List<Integer>> factors = new LinkedHashMap<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (String name : PROJECTIONS) {
        if (lora.targets().contains(name)) {
          List<Integer> shape = projectionShape(config, name);
          factors.put(loraFactor(layer, name, "lora_A"), List.of(lora.rank(), shape.get(1)));
          factors.put(loraFactor(layer, name, "lora_B"), List.of(shape.get(0), lora.rank()));
        }
      }
    }
    return ParameterLayout.of(factors);
  }

  /**
   * Names and shapes of every weight: the embedding, the blocks, the last norm, the head if it is
   * its own. Unlike a layout this has no limit on the sum of the sizes.
   */
  public static Map<String, List<Integer>> tensors(LlamaConfig config) {
    List<Integer> vector = List.of(config.hiddenSize());
    List<Integer> table = List.of(config.vocabularySize(), config.hiddenSize());
    Map<String, List<Integer>> tensors = new LinkedHashMap<>();
    tensors.put(EMBEDDING, table);
    for (int layer = 0; layer < config.layers(); layer++) {
      tensors.put(attentionNorm(layer), vector);
      for (String name : PROJECTIONS.subList(0, 4)) {
        putProjection(tensors, config, layer, name);
      }
      if (config.family().headNorms()) {
        tensors.put(queryNorm(layer), List.of(config.headSize()));
        tensors.put(keyNorm(layer), List.of(config.headSize()));
      }
      tensors.put(feedForwardNorm(layer), vector);
      for (String name : PROJECTIONS.subList(4, 7)) {
        putProjection(tensors, config, layer, name);
      }
    }
    tensors.put(FINAL_NORM, vector);
    if (!config.tiedEmbeddings()) {
      tensors.put(HEAD, table);
    }
    return tensors;
  }

  private static void putProjection(
      Map<String, List<Integer>> tensors, LlamaConfig config, int layer, String name) {
    List<Integer> shape = projectionShape(config, name);
    tensors.put(projection(layer, name), shape);
    if (config.family().biased(name)) {
      tensors.put(bias(layer, name), shape.subList(0, 1));
    }
  }

  /**
   * Every weight of the model in the order of {@link #tensors}.
   *
   * @throws ArithmeticException for more than 2^31 weights, which cannot be trained as one vector
   */
  public static ParameterLayout fullLayout(LlamaConfig config) {
    return ParameterLayout.of(tensors(config));
  }
}
