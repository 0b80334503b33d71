package org.radllama.ingest.dedup;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * The clusters of a corpus over all its splits, counted.
 *
 * @param reports reports compared
 * @param texts distinct findings among them
 * @param pairs pairs of reports at or above the threshold, by multiplicity: n reports of one text
 *     are n (n - 1) / 2 pairs; empty where there were too many to count
 * @param contradictions those pairs that differ in a negation or a side and so are not merged;
 *     empty where they were not counted
 * @param clusters clusters, reports without a neighbour included: what would stay if one report of
 *     each stayed
 * @param largest reports of the largest cluster
 */
public record Clustering(
    long reports,
    long texts,
    OptionalLong pairs,
    OptionalLong contradictions,
    long clusters,
    long largest) {

  static Clustering of(TextTable table, NearPairs found, int[] clusterOf) {
    long[] reports = new long[table.size()];
    long equal = 0;
    for (int text = 0; text < table.size(); text++) {
      long n = table.reports(text);
      reports[clusterOf[text]] += n;
      equal += n * (n - 1) / 2;
    }
    return new Clustering(
        Arrays.stream(reports).sum(),
        table.size(),
        counted(found, equal + found.pairs()),
        counted(found, found.contradictions()),
        Arrays.stream(reports).filter(n -> n > 0).count(),
        Arrays.stream(reports).max().orElse(0));
  }

  private static OptionalLong counted(NearPairs found, long pairs) {
    return found.hotBuckets() > 0 ? OptionalLong.empty() : OptionalLong.of(pairs);
  }
}
