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

  /** A cut may take so much longer than the finest one, for fewer sums to send. */
  private static final double LONGER = 1.15;

  /**
   * Cuts the leaves, which are of about equal work, into the aligned subtrees of one width that
   * tasks own: the widest that keep the slots about as busy as single leaves would.
   *
   * @param slots tasks that run at a time
   * @return the first leaf of each subtree
   */
  static List<Integer> cut(int leaves, int slots) {
    int least = rounds(leaves, 1, slots);
    int width = Math.max(1, Integer.highestOneBit(Math.max(1, leaves)));
    while (width > 1 && rounds(leaves, width, slots) > LONGER * least) {
      width /= 2;
    }
    List<Integer> firsts = new ArrayList<>();
    for (int i = 0; i < leaves; i += width) {
      firsts.add(i);
    }
    return firsts;
  }

  /** Leaves that the longest-working slot computes one after the other. */
  private static int rounds(int leaves, int width, int slots) {
    int tasks = (leaves + width - 1) / width;
    int waves = (tasks + Math.max(1, slots) - 1) / Math.max(1, slots);
    return Math.min(leaves, waves * width);
  }
}
