package org.radllama.train.cluster;

import org.radllama.train.engine.MemoryEstimate;

/**
 * About how much memory a run takes, in bytes; what is small beside the rest is left out, so that a
 * run which is refused would indeed have failed.
 *
 * @param vector of the flat trainable numbers
 * @param engine outside the heap
 */
public record MemoryNeed(long vector, MemoryEstimate engine) {
  /** Of a JVM with Spark's own objects in it. */
  private static final long SPARK = 250L << 20;

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
}
