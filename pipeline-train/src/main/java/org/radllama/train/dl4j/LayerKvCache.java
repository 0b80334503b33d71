package org.radllama.train.dl4j;

import java.util.Arrays;
import org.radllama.train.kernels.Kernels;
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
  void append(Kernels kernels, Packing packing, Matrix newKeys, Matrix newValues) {
    kernels.split(newKeys, next(keys, packing));
    kernels.split(newValues, next(values, packing));
    for (int e = 0; e < lengths.length; e++) {
      lengths[e] += packing.length(e);
    }
  }

  /** The rows behind those filled, as many for each text as are to come. */
  private Matrix[] next(Matrix[] caches, Packing packing) {
    Matrix[] rows = new Matrix[caches.length];
    Arrays.setAll(rows, e -> caches[e].rows(lengths[e], packing.length(e)));
    return rows;
  }

  /** Where the texts lie when each is laid out from its first token on. */
  Packing whole() {
    return Packing.of(lengths);
  }

  /** Lays out each text's {@link #keys} or {@link #values} from its first token on. */
  static void lay(Kernels kernels, Matrix[] caches, Packing whole, Matrix to) {
    Matrix[] filled = new Matrix[caches.length];
    Arrays.setAll(filled, e -> caches[e].rows(0, whole.length(e)));
    kernels.join(filled, to);
  }
}
