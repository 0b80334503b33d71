package org.radllama.train.dl4j;

import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * Keys and values of one block, for each text that is being continued in one pass.
 *
 * @param lengths rows filled in each cache so far; updated by {@link #append}
 * @param continuing whether the pass adds one token to each text, rather than whole prompts
 */
record LayerKvCache(Matrix[] keys, Matrix[] values, int[] lengths, boolean continuing) {
  LayerKvCache {
    lengths = lengths.clone();
  }

  /** Copies the pass's keys and values (N, width) behind what each text has. */
  void append(Packing packing, Matrix newKeys, Matrix newValues) {
    for (int e = 0; e < packing.examples(); e++) {
      int count = packing.length(e);
      int from = packing.starts()[e];
      keys[e].rows(lengths[e], count).copyFrom(newKeys.rows(from, count));
      values[e].rows(lengths[e], count).copyFrom(newValues.rows(from, count));
      lengths[e] += count;
    }
  }
}
