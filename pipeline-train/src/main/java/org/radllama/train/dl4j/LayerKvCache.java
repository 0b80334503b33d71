package org.radllama.train.dl4j;

import java.util.Arrays;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * Keys and values of one block, for each example of a pass that is being continued; null for one
 * that nobody continues.
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
      if (keys[e] == null) {
        continue;
      }
      int count = packing.length(e);
      int from = packing.starts()[e];
      keys[e].rows(lengths[e], count).copyFrom(newKeys.rows(from, count));
      values[e].rows(lengths[e], count).copyFrom(newValues.rows(from, count));
      lengths[e] += count;
    }
  }

  /** Where the pass's examples lie when each is laid out from its first token on. */
  Packing whole(Packing packing) {
    int[] all = new int[keys.length];
    Arrays.setAll(all, e -> keys[e] == null ? packing.length(e) : lengths[e]);
    return Packing.of(all);
  }

  /**
   * Lays out each text's keys or values from its first token on.
   *
   * @param caches {@link #keys} or {@link #values}, appended to
   * @param added the pass's own
   * @param to receives them, (rows of {@code whole}, width)
   */
  static void lay(Matrix[] caches, Packing packing, Matrix added, Packing whole, Matrix to) {
    for (int e = 0; e < caches.length; e++) {
      int count = whole.length(e);
      Matrix from =
          caches[e] == null ? added.rows(packing.starts()[e], count) : caches[e].rows(0, count);
      to.rows(whole.starts()[e], count).copyFrom(from);
    }
  }
}
