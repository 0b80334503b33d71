package org.radllama.train.llama;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The architectures that are read, trained and written. All have Llama's blocks; each differs from
 * it by what its methods say.
 */
public enum Family {
  /** Llama 2 and 3 (arXiv 2307.09288, 2407.21783). */
  LLAMA("llama", "LlamaForCausalLM", "llama"),

  /** Mistral (arXiv 2310.06825): Llama with a sliding window. To llama.cpp it is a Llama. */
  MISTRAL("mistral", "MistralForCausalLM", "llama"),

  /** Qwen 2 and 2.5 (arXiv 2407.10671): biases on queries, keys and values. */
  QWEN2("qwen2", "Qwen2ForCausalLM", "qwen2"),

  /** Qwen 3 (arXiv 2505.09388): RMSNorm of each query's and each key's head. */
  QWEN3("qwen3", "Qwen3ForCausalLM", "qwen3");

  private static final List<String> BIASED = List.of("q_proj", "k_proj", "v_proj");

  private final String modelType;
  private final String className;
  private final String ggufName;

  Family(String modelType, String className, String ggufName) {
    this.modelType = modelType;
    this.className = className;
    this.ggufName = ggufName;
  }

  /** All names in {@code config.json}. */
  static List<String> modelTypes() {
    return Arrays.stream(values()).map(Family::modelType).toList();
  }

  /** {@code model_type} in {@code config.json}. */
  public String modelType() {
    return modelType;
  }

  /** The class of transformers. */
  public String className() {
    return className;
  }

  /** All names in a GGUF file's {@code general.architecture}. */
  public static List<String> ggufNames() {
    return Arrays.stream(values()).map(Family::ggufName).distinct().toList();
  }

  /** The family of a {@code general.architecture}: of those that share it, the first. */
  public static Optional<Family> ofGguf(String name) {
    return Arrays.stream(values()).filter(family -> family.ggufName.equals(name)).findFirst();
  }

  /** {@code general.architecture} of a GGUF file. */
  public String ggufName() {
    return ggufName;
  }

  /**
   * Whether the rows of a GGUF file's query and key projections stand pair by pair: llama.cpp
   * rotates neighbours in a Llama, and halves of a head in all others.
   */
  public boolean ggufRotatesNeighbours() {
    return ggufName.equals("llama");
  }

  /** Whether a projection adds a bias. */
  public boolean biased(String projection) {
    return this == QWEN2 && BIASED.contains(projection);
  }

  /** Whether heads of queries and keys go through RMSNorm before they are rotated. */
  public boolean headNorms() {
    return this == QWEN3;
  }

  /**
   * The family of a {@code model_type}.
   *
   * @throws IllegalArgumentException for another one
   */
  static Family of(String modelType) {
    return Arrays.stream(values())
        .filter(family -> family.modelType.equals(modelType))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model_type is %s, must be one of %s".formatted(modelType, modelTypes())));
  }
}
