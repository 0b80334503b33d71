package org.radllama.ingest.dedup;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.function.IntUnaryOperator;

/**
 * What a search found, in a form that does not grow with the number of pairs: how many there are, a
 * forest that connects them, and of each text its best neighbour on the other side of the split.
 */
public final class NearPairs implements Serializable {
  /** A text on the other side, and the similarity to it. */
  record Neighbour(int text, double jaccard) implements Serializable {}

  private long pairs;
  private long compared;
  private long verified;
  private long hotBuckets;
  private int[] edges = new int[0];
  private final HashMap<Integer, Neighbour> heldOutOf = new HashMap<>();
  private final HashMap<Integer, Neighbour> trainOf = new HashMap<>();

  /** Collects the pairs of one task. */
  static final class Collector {
    private final TextTable table;
    private final UnionFind sets;
    private final IntList edges = new IntList();
    private final NearPairs found = new NearPairs();

    Collector(TextTable table) {
      this.table = table;
      this.sets = new UnionFind(table.size());
    }

    /** A verified pair that is reported here and nowhere else. */
    void pair(int a, int b, double jaccard) {
      found.pairs += (long) table.reports(a) * table.reports(b);
      link(a, b, jaccard);
    }

    /** A verified pair that may be reported more than once. */
    void link(int a, int b, double jaccard) {
      if (sets.union(a, b)) {
        edges.add(a);
        edges.add(b);
      }
      found.acrossSplits(table, a, b, jaccard);
      found.acrossSplits(table, b, a, jaccard);
    }

    void compared(long comparisons) {
      found.compared += comparisons;
    }

    void verified() {
      found.verified++;
    }

    void hotBucket() {
      found.hotBuckets++;
    }

    NearPairs result() {
      found.edges = edges.toArray();
      return found;
    }
  }

  private void acrossSplits(TextTable table, int train, int heldOut, double jaccard) {
    if (table.firstTrain(train) != TextTable.NONE
        && table.firstHeldOut(heldOut) != TextTable.NONE) {
      heldOutOf.merge(
          train, new Neighbour(heldOut, jaccard), (a, b) -> better(a, b, table::firstHeldOut));
      trainOf.merge(
          heldOut, new Neighbour(train, jaccard), (a, b) -> better(a, b, table::firstTrain));
    }
  }

  /** The more similar one, then the one whose report comes first. */
  private static Neighbour better(Neighbour a, Neighbour b, IntUnaryOperator first) {
    int order = Double.compare(b.jaccard(), a.jaccard());
    if (order == 0) {
      order = Integer.compare(first.applyAsInt(a.text()), first.applyAsInt(b.text()));
    }
    return order <= 0 ? a : b;
  }

  /** Adds what another task found in the same table; the order of adding changes nothing. */
  NearPairs merge(NearPairs other, TextTable table) {
    pairs += other.pairs;
    compared += other.compared;
    verified += other.verified;
    hotBuckets += other.hotBuckets;
    int[] all = Arrays.copyOf(edges, edges.length + other.edges.length);
    System.arraycopy(other.edges, 0, all, edges.length, other.edges.length);
    edges = all;
    other.heldOutOf.forEach(
        (text, n) -> heldOutOf.merge(text, n, (a, b) -> better(a, b, table::firstHeldOut)));
    other.trainOf.forEach(
        (text, n) -> trainOf.merge(text, n, (a, b) -> better(a, b, table::firstTrain)));
    return this;
  }

  /** Pairs of reports with different findings, by multiplicity. */
  long pairs() {
    return pairs;
  }

  /** Comparisons of two texts, most of them of sizes and bitmaps only. */
  long compared() {
    return compared;
  }

  /** Pairs whose similarity was computed. */
  long verified() {
    return verified;
  }

  /** Buckets that were searched in the bounded way. */
  long hotBuckets() {
    return hotBuckets;
  }

  /** The sets of texts that pairs connect. */
  UnionFind clusters(int texts) {
    UnionFind sets = new UnionFind(texts);
    for (int i = 0; i < edges.length; i += 2) {
      sets.union(edges[i], edges[i + 1]);
    }
    return sets;
  }

  /** The most similar text of a held-out report, or null. */
  Neighbour heldOutOf(int text) {
    return heldOutOf.get(text);
  }

  /** The most similar text of a train report, or null. */
  Neighbour trainOf(int text) {
    return trainOf.get(text);
  }
}
