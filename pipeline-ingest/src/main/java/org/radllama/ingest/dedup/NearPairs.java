package org.radllama.ingest.dedup;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What a search found, in a form that does not grow with the number of pairs: how many there are, a
 * forest that connects them, and of each text its best neighbour on the other side of the split.
 */
public final class NearPairs implements Serializable {
  /** A text on the other side, and the similarity to it. */
  record Neighbour(int text, double jaccard) implements Serializable {}

  private long pairs;
  private long contradictions;
  private long compared;
  private long verified;
  private long hotBuckets;
  private int[] edges = new int[0];
  private Map<Integer, Neighbour> heldOutOf = Map.of();
  private Map<Integer, Neighbour> trainOf = Map.of();

  private NearPairs() {}

  /** Collects the pairs of one task, or what several tasks found; no order changes the result. */
  static final class Collector {
    private final TextTable table;
    private final UnionFind sets;
    private final BestNeighbours heldOutOf;
    private final BestNeighbours trainOf;
    private final NearPairs found = new NearPairs();

    Collector(TextTable table) {
      this.table = table;
      this.sets = new UnionFind(table.size());
      this.heldOutOf = new BestNeighbours(table.size(), table::firstHeldOut);
      this.trainOf = new BestNeighbours(table.size(), table::firstTrain);
    }

    /** A verified pair that is reported here and nowhere else. */
    void pair(int a, int b, double jaccard) {
      long reports = (long) table.reports(a) * table.reports(b);
      found.pairs += reports;
      found.contradictions += table.contradict(a, b) ? reports : 0;
      link(a, b, jaccard);
    }

    /** A verified pair that may be reported more than once; not counted. */
    void link(int a, int b, double jaccard) {
      if (!table.contradict(a, b)) {
        sets.union(a, b);
      }
      acrossSplits(a, b, jaccard);
      acrossSplits(b, a, jaccard);
    }

    boolean connected(int a, int b) {
      return sets.find(a) == sets.find(b);
    }

    private void acrossSplits(int train, int heldOut, double jaccard) {
      if (table.firstTrain(train) != TextTable.NONE
          && table.firstHeldOut(heldOut) != TextTable.NONE) {
        heldOutOf.offer(train, heldOut, jaccard);
        trainOf.offer(heldOut, train, jaccard);
      }
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

    private void add(NearPairs part) {
      found.pairs += part.pairs;
      found.contradictions += part.contradictions;
      found.compared += part.compared;
      found.verified += part.verified;
      found.hotBuckets += part.hotBuckets;
      for (int i = 0; i < part.edges.length; i += 2) {
        sets.union(part.edges[i], part.edges[i + 1]);
      }
      heldOutOf.offerAll(part.heldOutOf);
      trainOf.offerAll(part.trainOf);
    }

    NearPairs result() {
      found.edges = sets.edges();
      found.heldOutOf = heldOutOf.found();
      found.trainOf = trainOf.found();
      return found;
    }
  }

  /** What the tasks of a search found in one table, together. */
  static NearPairs merged(List<NearPairs> parts, TextTable table) {
    Collector all = new Collector(table);
    parts.forEach(all::add);
    return all.result();
  }

  /** Pairs of reports with different findings, by multiplicity; see {@link #hotBuckets}. */
  long pairs() {
    return pairs;
  }

  /** Those of them that contradict one another and so are not merged. */
  long contradictions() {
    return contradictions;
  }

  /** Comparisons of two texts, most of them of sizes and bitmaps only. */
  long compared() {
    return compared;
  }

  /** Pairs whose similarity was computed. */
  long verified() {
    return verified;
  }

  /** Buckets that were searched in the bounded way; if there are any, pairs are not counted. */
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
