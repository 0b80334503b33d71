package org.radllama.train.cluster;

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
