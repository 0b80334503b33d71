package org.radllama.train.dl4j;

import java.util.Arrays;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.llama.LlamaConfig;

/** Keys and values of one beam in all blocks, with room that grows. */
final class KvCache {
  private final LlamaNetwork network;
  private final int width;

  /** The keys of each block, then the values of each, all (capacity, keyValueWidth). */
  private final Matrix[] rows;

  private int capacity;

  KvCache(LlamaNetwork network, LlamaConfig config, int capacity) {
    this.network = network;
    this.width = config.keyValueWidth();
    this.capacity = capacity;
    rows = new Matrix[2 * config.layers()];
    Arrays.setAll(rows, i -> network.allocate(capacity, width));
  }

  /** Keys of a block. */
  Matrix keys(int layer) {
    return rows[layer];
  }

  /** Values of a block. */
  Matrix values(int layer) {
    return rows[rows.length / 2 + layer];
  }

  /** Copies rows {@code from} to {@code to} of another beam's. */
  void copyRows(KvCache other, int from, int to) {
    for (int i = 0; i < rows.length; i++) {
      rows[i].rows(from, to - from).copyFrom(other.rows[i].rows(from, to - from));
    }
  }

  /** Makes room for some rows, keeping what there is. */
  void reserve(int wanted, int atMost) {
    if (wanted <= capacity) {
      return;
    }
    int larger = Math.min(atMost, Math.max(wanted, capacity + capacity / 2));
    Arrays.setAll(rows, i -> grown(rows[i], larger));
    capacity = larger;
  }

  private Matrix grown(Matrix matrix, int newCapacity) {
    Matrix larger = network.allocate(newCapacity, width);
    larger.rows(0, matrix.rows()).copyFrom(matrix);
    matrix.free();
    return larger;
  }

  void free() {
    for (Matrix matrix : rows) {
      matrix.free();
    }
  }
}
