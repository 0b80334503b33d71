package org.radllama.train.kernels;

import org.radllama.train.kernels.Gemm.Panel;

/** Attention of single new tokens over their caches of keys and values. */
final class CachedAttention {
  private CachedAttention() {}

  static void run(
      Exponential exponential,
      Matrix q,
      Matrix[] keys,
      Matrix[] values,
      int[] lengths,
      int headSize,
      Matrix o) {
    int longest = 0;
    for (int length : lengths) {
      longest = Math.max(longest, length);
    }
    float[] row = new float[longest];
    HostMatrix scores = HostMatrix.allocate(1, longest);
    try {
      int heads = q.cols() / headSize;
      int group = q.cols() / keys[0].cols();
      float scale = (float) (1 / Math.sqrt(headSize));
      for (int b = 0; b < lengths.length; b++) {
        for (int h = 0; h < heads; h++) {
          int kvCol = h / group * headSize;
          int at = b * q.cols() + h * headSize;
          Panel k = Panel.of(keys[b], 0, kvCol);
          Panel v = Panel.of(values[b], 0, kvCol);
          Gemm.vector(lengths[b], headSize, scale, k, HostMatrix.of(q).at(at), 0, scores.pointer());
          softmax(exponential, scores, row, lengths[b]);
          Gemm.vectorTransposed(
              lengths[b], headSize, 1, v, scores.pointer(), 0, HostMatrix.of(o).at(at));
        }
      }
    } finally {
      scores.free();
    }
  }

  private static void softmax(Exponential exponential, Matrix scores, float[] row, int n) {
    scores.get(0, row, 0, n);
    float sum = exponential.sum(row, n, Loops.max(row, 0, n));
    Loops.scale(row, 0, n, 1 / sum);
    scores.put(0, row, 0, n);
  }
}
