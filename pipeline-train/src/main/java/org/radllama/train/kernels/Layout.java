package org.radllama.train.kernels;

import java.util.Arrays;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.LongPointer;

/**
 * Where the elements of weights (n, k) are in oneDNN's layout: in blocks within blocks. An
 * element's index is the sum of what its row and what its column contributes.
 *
 * @param size elements, with what only fills up blocks
 * @param rows what each row contributes, n
 * @param columns what each column contributes, k
 */
record Layout(long size, int[] rows, int[] columns) {
  /**
   * Reads a description.
   *
   * @param how of (k, n), so that axis 0 counts columns of the weights and axis 1 rows
   * @param width bytes of an element
   */
  static Layout of(memory.desc how, int n, int k, int width) {
    int inner = how.get_inner_nblks();
    long[] strides = values(how.get_strides(), 2);
    long[] blocks = values(how.get_inner_blks(), inner);
    long[] axes = values(how.get_inner_idxs(), inner);
    return new Layout(
        how.get_size() / width,
        places(n, 1, strides, blocks, axes),
        places(k, 0, strides, blocks, axes));
  }

  private static long[] values(LongPointer from, int count) {
    long[] values = new long[count];
    if (count > 0) {
      from.get(values);
    }
    return values;
  }

  private static int[] places(int count, int axis, long[] strides, long[] blocks, long[] axes) {
    int[] places = new int[count];
    Arrays.setAll(places, i -> place(i, axis, strides, blocks, axes));
    return places;
  }

  private static int place(int i, int axis, long[] strides, long[] blocks, long[] axes) {
    long left = i;
    long place = 0;
    long step = 1;
    for (int b = blocks.length - 1; b >= 0; b--) {
      if (axes[b] == axis) {
        place += left % blocks[b] * step;
        left /= blocks[b];
      }
      step *= blocks[b];
    }
    return Math.toIntExact(place + left * strides[axis]);
  }
}
