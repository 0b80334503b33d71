package org.radllama.train.dl4j;

import org.radllama.train.engine.Adaptation;
import org.radllama.train.kernels.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * About how much memory outside the heap the engine takes, in bytes, without what is small beside
 * it (OpenBLAS's buffers, rotary tables, DL4J's own). What is taken for intermediates is held in
 * pieces and can come to twice what is used of it.
 *
 * @param base the frozen weights, once in a JVM
 * @param vectors trainable numbers and their gradient, for each slot
 * @param intermediates what a slot holds while it works
 */
public record MemoryEstimate(long base, long vectors, long intermediates) {
  /** Rows of a panel in which reduced weights are turned into floats. */
  private static final long PANEL = 512;

  /**
   * Of training.
   *
   * @param precision of the frozen base, if {@code adaptation} leaves one
   * @param tokens of a micro-batch
   * @param recompute the setting: auto, on or off
   */
  public static MemoryEstimate training(
      LlamaConfig config,
      Precision precision,
      Adaptation adaptation,
      int tokens,
      String recompute) {
    long hidden = config.hiddenSize();
    long layers = config.layers();
    long inside = inside(config);
    long back =
        config.intermediateSize()
            + hidden
            + 2L * config.queryWidth()
            + 2L * config.keyValueWidth()
            + adapter(config, adaptation);
    boolean again = Dl4jEngineProvider.recompute(recompute, config);
    // Outputs of the embedding and the blocks, and their gradients, stay until the step ends.
    long perToken =
        2 * (layers + 1) * hidden + (again ? 1 : layers) * inside + Math.max(back, 4 * hidden);
    long numbers = LlamaWeights.layout(config, adaptation).parameterCount();
    return new MemoryEstimate(
        adaptation instanceof Adaptation.Full ? 0 : FrozenBase.bytes(precision, config),
        2 * numbers * Float.BYTES,
        (perToken * tokens + logits(config, tokens) + panel(config, precision)) * Float.BYTES);
  }

  /**
   * Of generation.
   *
   * @param adaptation the shape of the adapter
   * @param texts continued together
   * @param prompt tokens of each text's prompt
   * @param length tokens of each text with what is added
   */
  public static MemoryEstimate generation(
      LlamaConfig config,
      Precision precision,
      Adaptation adaptation,
      int texts,
      int prompt,
      int length) {
    long cached = 2L * config.layers() * config.keyValueWidth() * texts * length;
    long tokens = Math.max(prompt, texts); // prompts are read one by one
    long perToken = 2L * config.hiddenSize() + inside(config) + adapter(config, adaptation);
    long numbers = LlamaWeights.layout(config, adaptation).parameterCount();
    return new MemoryEstimate(
        FrozenBase.bytes(precision, config),
        2 * numbers * Float.BYTES,
        (cached
                + perToken * tokens
                + (long) texts * config.vocabularySize()
                + panel(config, precision))
            * Float.BYTES);
  }

  /** Floats for each token between a block's input and its output. */
  static long inside(LlamaConfig config) {
    return 3L * config.hiddenSize()
        + 2L * config.queryWidth()
        + 2L * config.keyValueWidth()
        + 3L * config.intermediateSize()
        + config.heads()
        + 2;
  }

  /** Floats for each token of a LoRA adapter's input after dropout, and of its gradient. */
  private static long adapter(LlamaConfig config, Adaptation adaptation) {
    if (!(adaptation instanceof Adaptation.Lora lora)) {
      return 0;
    }
    return 2L
        * lora.targets().stream()
            .mapToInt(name -> LlamaWeights.projectionShape(config, name).get(1) + lora.rank())
            .max()
            .orElse(0);
  }

  private static long logits(LlamaConfig config, int tokens) {
    long vocabulary = config.vocabularySize();
    return Math.max(vocabulary, Math.min(LossHead.LOGITS_AT_ONCE, vocabulary * tokens));
  }

  private static long panel(LlamaConfig config, Precision precision) {
    int widest = Math.max(config.intermediateSize(), config.hiddenSize());
    return precision == Precision.F32 ? 0 : PANEL * widest;
  }

  /** Bytes in a JVM that works in so many slots at a time. */
  public long perExecutor(int slots) {
    return base + slots * (vectors + intermediates);
  }
}
