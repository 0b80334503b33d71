package org.radllama.train.dl4j;

import org.radllama.train.kernels.Matrix;
import org.radllama.train.llama.LlamaConfig;

/** Keys and values of one beam in all blocks, with room that grows. */
final class KvCache {
  private final LlamaNetwork network;
  private final int width;
  private final Matrix[] keys;
  private final Matrix[] values;
  private int capacity;

  KvCache(LlamaNetwork network, LlamaConfig config, int capacity) {
    this.network = network;
    this.width = config.keyValueWidth();
    this.capacity = capacity;
    keys = new Matrix[config.layers()];
    values = new Matrix[config.layers()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = network.allocate(capacity, width);
      values[i] = network.allocate(capacity, width);
    }
  }

  /** Keys of a block, (capacity, keyValueWidth). */
  Matrix keys(int layer) {
    return keys[layer];
  }

  /** Values of a block, (capacity, keyValueWidth). */
  Matrix values(int layer) {
    return values[layer];
  }

  /** Copies rows {@code from} to {@code to} of another beam's. */
  void copyRows(KvCache other, int from, int to) {
    for (int i = 0; i < keys.length; i++) {
      keys[i].rows(from, to - from).copyFrom(other.keys[i].rows(from, to - from));
      values[i].rows(from, to - from).copyFrom(other.values[i].rows(from, to - from));
    }
  }

  /** Makes room for some rows, keeping what there is. */
  void reserve(int rows, int atMost) {
    if (rows <= capacity) {
      return;
    }
    int larger = Math.min(atMost, Math.max(rows, capacity + capacity / 2));
    for (int i = 0; i < keys.length; i++) {
      keys[i] = grown(keys[i], larger);
      values[i] = grown(values[i], larger);
    }
    capacity = larger;
  }

  private Matrix grown(Matrix matrix, int rows) {
    Matrix larger = network.allocate(rows, width);
    larger.rows(0, matrix.rows()).copyFrom(matrix);
    matrix.free();
    return larger;
  }

  void free() {
    for (int i = 0; i < keys.length; i++) {
      keys[i].free();
      values[i].free();
    }
  }
}
