package org.radllama.train.step;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;

/**
 * One fixed binary tree over the micro-batches of a step: leaf i and i + 1 for even i are added
 * first, then pairs of pairs, and so on. Floating-point sums depend on their order; this order
 * depends on nothing but the number of leaves, so any division of the leaves into aligned subtrees
 * gives the same bits.
 */
final class SumTree {
  private SumTree() {}

  /**
   * Sums leaves {@code from} to {@code to}; {@code from} is a multiple of a power of two >= width.
   */
  static <T> T sum(int from, int to, IntFunction<T> leaf, BinaryOperator<T> add) {
    if (to - from == 1) {
      return leaf.apply(from);
    }
    int half = Integer.highestOneBit(to - from - 1);
    T left = sum(from, from + half, leaf, add);
    return add.apply(left, sum(from + half, to, leaf, add));
  }

  /** Sums the results of aligned subtrees of the same width, in order. */
  static <T> T sumSubtrees(List<T> subtrees, BinaryOperator<T> add) {
    return sum(0, subtrees.size(), subtrees::get, add);
  }

  /** First leaves of aligned subtrees, at least {@code wanted} of them where there are enough. */
  static List<Integer> cut(int leaves, int wanted) {
    int width = Math.max(1, Integer.highestOneBit(Math.max(1, leaves / Math.max(1, wanted))));
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < leaves; i += width) {
      firsts.add(i);
    }
    return firsts;
  }
}
