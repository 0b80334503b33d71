package org.radllama.train.cluster;

import org.radllama.train.llama.LlamaConfig;

/**
 * About how much memory a run takes, in bytes; what is small beside the rest is left out, so that a
 * run which is refused would indeed have failed.
 *
 * @param vector of the flat trainable numbers
 * @param frozen of the base in an executor
 * @param activations of one slot for a micro-batch
 */
public record MemoryNeed(long vector, long frozen, long activations) {
  /** Of a JVM with Spark's own objects in it. */
  private static final long SPARK = 250L << 20;

  /**
   * The need of a model.
   *
   * @param parameters length of the flat trainable vector
   * @param tokens of a micro-batch, or of the longest example if that is more
   * @param rank of the adapters, 0 for none
   * @param recompute whether blocks' insides are kept for one block at a time only
   */
  public static MemoryNeed of(
      LlamaConfig config, int parameters, long frozen, int tokens, int rank, boolean recompute) {
    long inside =
        4L * config.hiddenSize()
            + 2L * config.queryWidth()
            + 2L * config.keyValueWidth()
            + 3L * config.intermediateSize()
            + 7L * rank;
    long layers = config.layers();
    long perToken = recompute ? inside + layers * config.hiddenSize() : inside * layers;
    return new MemoryNeed((long) parameters * Float.BYTES, frozen, perToken * tokens * Float.BYTES);
  }

  /**
   * Heap of the driver: the numbers, both moments, the sum, what is sent, and gradients that come.
   *
   * @param gradients that it holds at once
   */
  public long driverHeap(int gradients) {
    return SPARK + vector * (5 + 2L * gradients);
  }

  /** Heap of an executor: what was sent, and for each slot a sum, the next one and their bytes. */
  public long executorHeap(int slots) {
    return SPARK + vector * (1 + 3L * slots);
  }

  /** Memory outside the heap of an executor: base, and for each slot numbers and activations. */
  public long executorNative(int slots) {
    return frozen + slots * (2 * vector + activations);
  }
}
