package org.radllama.train.dl4j;

import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * Keys and values of one block, for each text that is being continued in one pass.
 *
 * @param lengths rows filled in each cache so far; updated by {@link #append}
 */
record LayerKvCache(Matrix[] keys, Matrix[] values, int[] lengths) {
  LayerKvCache {
    lengths = lengths.clone();
  }

  /** Copies the pass's keys and values (N, width) behind what each text has. */
  void append(Packing packing, Matrix newKeys, Matrix newValues) {
    for (int e = 0; e < keys.length; e++) {
      int count = packing.length(e);
      int from = packing.starts()[e];
      keys[e].rows(lengths[e], count).copyFrom(newKeys.rows(from, count));
      values[e].rows(lengths[e], count).copyFrom(newValues.rows(from, count));
      lengths[e] += count;
    }
  }

  /** Where the texts lie when each is laid out from its first token on. */
  Packing whole() {
    return Packing.of(lengths);
  }

  /** Lays out each text's {@link #keys} or {@link #values} from its first token on. */
  static void lay(Matrix[] caches, Packing whole, Matrix to) {
    for (int e = 0; e < caches.length; e++) {
      int count = whole.length(e);
      to.rows(whole.starts()[e], count).copyFrom(caches[e].rows(0, count));
    }
  }
}
