package org.radllama.train.engine;

/**
 * About how much memory outside the heap an engine takes, in bytes, without what is small beside
 * it. What is taken for intermediates can be held in pieces that come to twice what is used.
 *
 * @param base the frozen weights, once in a JVM
 * @param vectors trainable numbers and their gradient, for each slot
 * @param intermediates what a slot holds while it works
 * @param gpuIntermediates the same on a GPU, where pieces are larger
 */
public record MemoryEstimate(long base, long vectors, long intermediates, long gpuIntermediates) {
  /** Bytes in a JVM that works in so many slots at a time. */
  public long perExecutor(int slots) {
    return base + slots * (vectors + intermediates);
  }

  /** Bytes on a GPU that so many slots share. */
  public long onGpu(int slots) {
    return base + slots * (vectors + gpuIntermediates);
  }
}
