package org.radllama.ingest.dedup;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Disjoint sets of 0 to n - 1; the smallest member leads its set (Tarjan, with path halving). */
final class UnionFind {
  private final int[] parent;

  UnionFind(int n) {
    parent = new int[n];
    Arrays.setAll(parent, i -> i);
  }

  /** The smallest member of the set. */
  int find(int i) {
    int at = i;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Joins two sets. */
  void union(int i, int j) {
    int a = find(i);
    int b = find(j);
    parent[Math.max(a, b)] = Math.min(a, b);
  }

  /** Pairs that make these sets: every member that leads none, behind it its leader. */
  int[] edges() {
    return IntStream.range(0, parent.length)
        .filter(i -> parent[i] != i)
        .flatMap(i -> IntStream.of(i, find(i)))
        .toArray();
  }
}
