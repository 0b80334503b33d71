package org.radllama.ingest.dedup;

import java.io.Serializable;

/**
 * What counts as near, and what is removed from train. Held-out reports never are.
 *
 * @param exact whether of train's reports with equal findings only the first stays
 * @param near whether of train's reports in a cluster only the first stays; needs {@code exact}
 * @param similarity when two findings are near
 * @param leakage what happens to train's reports near a held-out one
 */
public record DedupPolicy(boolean exact, boolean near, Similarity similarity, LeakagePolicy leakage)
    implements Serializable {

  /**
   * When two findings are near: their sets of word n-grams have at least this Jaccard similarity.
   *
   * @param shingleWords n, at least 1; a text of fewer words is one shingle
   * @param jaccard the least similarity, above 0 and at most 1
   * @param comparisonsPerText comparisons a distinct text may cost before large buckets are
   *     searched in a bounded way
   */
  public record Similarity(int shingleWords, double jaccard, int comparisonsPerText)
      implements Serializable {}
}
