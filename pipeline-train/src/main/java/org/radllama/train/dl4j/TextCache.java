package org.radllama.train.dl4j;

import org.radllama.train.kernels.Mat;
import org.radllama.train.llama.LlamaConfig;

/** Keys and values of one beam in all blocks, with room that grows. */
final class TextCache {
  private final LlamaNetwork network;
  private final int width;
  private final Mat[] keys;
  private final Mat[] values;
  private int capacity;

  TextCache(LlamaNetwork network, LlamaConfig config, int capacity) {
    this.network = network;
    this.width = config.keyValueWidth();
    this.capacity = capacity;
    keys = new Mat[config.layers()];
    values = new Mat[config.layers()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = network.allocate(capacity, width);
      values[i] = network.allocate(capacity, width);
    }
  }

  /** Keys of a block, (capacity, keyValueWidth). */
  Mat keys(int layer) {
    return keys[layer];
  }

  /** Values of a block, (capacity, keyValueWidth). */
  Mat values(int layer) {
    return values[layer];
  }

  /** Copies rows {@code from} to {@code to} of another beam's. */
  void copyRows(TextCache other, int from, int to) {
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

  private Mat grown(Mat mat, int rows) {
    Mat larger = network.allocate(rows, width);
    larger.rows(0, mat.rows()).copyFrom(mat);
    mat.free();
    return larger;
  }

  void free() {
    for (int i = 0; i < keys.length; i++) {
      keys[i].free();
      values[i].free();
    }
  }
}
