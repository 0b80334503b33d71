package org.radllama.train.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rotary embedding on INDArrays: {@code x = x cos + (x R) sin}, where R swaps the halves of a
 * head and negates the second; cosines and sines are kept beside the arrays they serve.
 */
final class NdArrayRotation {
  private final NdArrayArena arena;
  private RotaryTable known;
  private NdArrayMatrix cos;
  private NdArrayMatrix sin;
  private NdArrayMatrix swap;

  NdArrayRotation(NdArrayArena arena) {
    this.arena = arena;
  }

  void rotate(NdArrayMatrix x, int heads, RotaryTable table, Packing packing, boolean back) {
    if (x.rows() == 0) {
      return;
    }
    load(table);
    int n = x.rows();
    int d = x.cols() / heads;
    Arena.Mark mark = arena.mark();
    int[] positions = new int[packing.rows()];
    packing.eachRow((example, position, row) -> positions[row] = position);
    NdArrayMatrix c = arena.take(n, d);
    NdArrayMatrix s = arena.take(n, d);
    NdArrayMatrix turned = arena.take(n * heads, d);
    NdOps.gather(cos.array(), positions, c);
    NdOps.gather(sin.array(), positions, s);
    NdOps.gemm(
        x.shaped(n * heads, d).array(),
        false,
        swap.array(),
        false,
        back ? -1 : 1,
        0,
        turned.array());
    INDArray whole = x.view(n, heads, d);
    INDArray part = turned.view(n, heads, d);
    NdOps.run("multiply", part, part, s.view(n, 1, d));
    NdOps.run("multiply", whole, whole, c.view(n, 1, d));
    NdOps.run("add", whole, whole, part);
    arena.release(mark);
  }

  private void load(RotaryTable table) {
    if (known == table) {
      return;
    }
    close();
    int half = table.half();
    cos = NdArrayMatrix.take(table.positions(), 2 * half);
    sin = NdArrayMatrix.take(table.positions(), 2 * half);
    swap = NdArrayMatrix.take(2 * half, 2 * half);
    float[] values = table.doubled(true);
    cos.put(0, values, 0, values.length);
    values = table.doubled(false);
    sin.put(0, values, 0, values.length);
    float[] matrix = new float[4 * half * half];
    for (int i = 0; i < half; i++) {
      matrix[(half + i) * 2 * half + i] = -1;
      matrix[i * 2 * half + half + i] = 1;
    }
    swap.put(0, matrix, 0, matrix.length);
    known = table;
  }

  void close() {
    if (known != null) {
      cos.free();
      sin.free();
      swap.free();
      known = null;
    }
  }
}
