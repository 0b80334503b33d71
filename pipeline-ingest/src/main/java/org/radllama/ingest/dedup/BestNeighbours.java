package org.radllama.ingest.dedup;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Of each text the neighbour that is most similar, of those the one whose report comes first; the
 * order of offers changes nothing.
 */
final class BestNeighbours {
  private final IntUnaryOperator firstReport;
  private final int[] best;
  private final double[] jaccards;

  /**
   * No neighbours.
   *
   * @param firstReport the first report of a neighbour
   */
  BestNeighbours(int texts, IntUnaryOperator firstReport) {
    this.firstReport = firstReport;
    this.best = new int[texts];
    this.jaccards = new double[texts];
    Arrays.fill(best, TextTable.NONE);
  }

  void offer(int text, int neighbour, double jaccard) {
    int before = best[text];
    if (before == TextTable.NONE
        || jaccard > jaccards[text]
        || (jaccard == jaccards[text]
            && firstReport.applyAsInt(neighbour) < firstReport.applyAsInt(before))) {
      best[text] = neighbour;
      jaccards[text] = jaccard;
    }
  }

  /** The neighbours there are, by text. */
  Map<Integer, NearPairs.Neighbour> found() {
    Map<Integer, NearPairs.Neighbour> found = new HashMap<>();
    for (int text = 0; text < best.length; text++) {
      if (best[text] != TextTable.NONE) {
        found.put(text, new NearPairs.Neighbour(best[text], jaccards[text]));
      }
    }
    return found;
  }

  void offerAll(Map<Integer, NearPairs.Neighbour> neighbours) {
    neighbours.forEach((text, n) -> offer(text, n.text(), n.jaccard()));
  }
}
