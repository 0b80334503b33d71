package org.radllama.train.dl4j;

import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * Estimates the engine's memory outside the heap, without OpenBLAS's buffers, rotary tables and
 * what DL4J holds itself.
 */
final class Dl4jMemory {
  private static final long KEEP_AT_MOST = 1L << 30;
  private static final int TOKENS_ASSUMED = 2048;

  /** Pieces of logits held at once on a GPU: as computed, in f32, and the gradient. */
  private static final long LOGITS_HELD_ON_GPU = 3;

  private final LlamaConfig config;
  private final EngineSpec spec;

  Dl4jMemory(EngineSpec spec) {
    this.config = LlamaConfig.parse(spec.configJson());
    this.spec = spec;
  }

  /** Of training with micro-batches of so many tokens. */
  MemoryEstimate training(int tokens) {
    long hidden = config.hiddenSize();
    long layers = config.layers();
    long back =
        config.intermediateSize()
            + hidden
            + 2L * config.queryWidth()
            + 2L * config.keyValueWidth()
            + headNorms(config)
            + adapter();
    boolean again = recompute(spec.settings().recompute(), config);
    // Outputs of the embedding and the blocks, and their gradients, stay until the step ends.
    long perToken =
        2 * (layers + 1) * hidden
            + (again ? 1 : layers) * inside(config)
            + Math.max(back, 4 * hidden);
    return estimate(perToken * tokens, (long) config.vocabularySize() * tokens, masks() * tokens);
  }

  /**
   * Of generation.
   *
   * @param texts continued together
   * @param prompt tokens of each text's prompt
   * @param length tokens of each text with what is added
   */
  MemoryEstimate generation(int texts, int prompt, int length) {
    long cached = 2L * config.layers() * config.keyValueWidth() * texts * length;
    long tokens = Math.max(PromptReader.TOKENS_AT_ONCE, Math.max(prompt, texts));
    long perToken = 2L * config.hiddenSize() + inside(config) + adapter();
    // Beside the cache, the keys and values of one block laid end to end.
    long laid = cached / config.layers();
    return estimate(cached + laid + perToken * tokens, (long) texts * config.vocabularySize(), 0);
  }

  /**
   * With so many intermediates, beside the panel of dequantised weights.
   *
   * @param logits of all tokens; they are computed in pieces
   * @param masks bytes of dropout's masks, which a GPU keeps
   */
  private MemoryEstimate estimate(long floats, long logits, long masks) {
    Precision precision = spec.precision();
    int widest = Math.max(config.intermediateSize(), config.hiddenSize());
    long panel = precision == Precision.F32 ? 0 : (long) Kernels.PANEL_ROWS * widest;
    long numbers = LlamaWeights.layout(config, spec.adaptation()).parameterCount();
    long base =
        spec.adaptation() instanceof Adaptation.Full ? 0 : FrozenBase.bytes(precision, config);
    long vectors = 2 * numbers * Float.BYTES;
    long width = Integer.BYTES / spec.settings().activations(true, precision).perWord();
    return new MemoryEstimate(
        base,
        vectors,
        (floats + panel + piece(logits, Kernels.LOGITS_ON_HOST)) * Float.BYTES,
        floats * width
            + masks
            + LOGITS_HELD_ON_GPU * piece(logits, Kernels.LOGITS_ON_GPU) * Float.BYTES);
  }

  /** Logits held at once: a piece, but at least those of one token. */
  private long piece(long logits, int atOnce) {
    return Math.max(config.vocabularySize(), Math.min(atOnce, logits));
  }

  /** Bytes of the masks of one token. */
  private long masks() {
    return spec.adaptation() instanceof Adaptation.Lora lora && lora.dropout() > 0
        ? config.layers()
            * lora.targets().stream()
                .mapToLong(name -> LlamaWeights.projectionShape(config, name).get(1))
                .sum()
        : 0;
  }

  /** Whether blocks are computed again in the backward pass. */
  static boolean recompute(Recompute setting, LlamaConfig config) {
    long perToken = inside(config) + config.hiddenSize();
    return switch (setting) {
      case ON -> true;
      case OFF -> false;
      case AUTO -> perToken * config.layers() * TOKENS_ASSUMED * Float.BYTES > KEEP_AT_MOST;
    };
  }

  /** Floats for each token between a block's input and its output. */
  private static long inside(LlamaConfig config) {
    return 3L * config.hiddenSize()
        + 2L * config.queryWidth()
        + 2L * config.keyValueWidth()
        + 3L * config.intermediateSize()
        + headNorms(config)
        + config.heads()
        + 2;
  }

  /** Floats for each token of queries and keys before their norms, and of the norms' factors. */
  private static long headNorms(LlamaConfig config) {
    return config.family().headNorms()
        ? (config.heads() + config.keyValueHeads()) * (config.headSize() + 1L)
        : 0;
  }

  /** Floats for each token of a LoRA adapter's input after dropout, and of its gradient. */
  private long adapter() {
    if (!(spec.adaptation() instanceof Adaptation.Lora lora)) {
      return 0;
    }
    return 2L
        * lora.targets().stream()
            .mapToInt(name -> LlamaWeights.projectionShape(config, name).get(1) + lora.rank())
            .max()
            .orElse(0);
  }
}
