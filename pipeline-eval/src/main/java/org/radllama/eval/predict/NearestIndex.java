package org.radllama.eval.predict;

import java.io.Serializable;
import java.util.Arrays;

/**
 * An inverted index over sets of words: for each word the sets that hold it. Sent to executors, so
 * it holds numbers only.
 */
final class NearestIndex implements Serializable {
  private final int[] setSizes;
  private final int[] starts;
  private final int[] postings;

  /**
   * An index.
   *
   * @param sets for each set its distinct words, as ids below {@code vocabulary}
   */
  NearestIndex(int[][] sets, int vocabulary) {
    setSizes = new int[sets.length];
    starts = new int[vocabulary + 1];
    for (int set = 0; set < sets.length; set++) {
      setSizes[set] = sets[set].length;
      for (int word : sets[set]) {
        starts[word + 1]++;
      }
    }
    Arrays.parallelPrefix(starts, Integer::sum);
    postings = new int[starts[vocabulary]];
    int[] next = Arrays.copyOf(starts, vocabulary);
    for (int set = 0; set < sets.length; set++) {
      for (int word : sets[set]) {
        postings[next[word]++] = set;
      }
    }
  }

  /**
   * What is looked for.
   *
   * @param words its distinct words that the index knows
   * @param size how many distinct words it has, known or not
   */
  record Query(int[] words, int size) implements Serializable {}

  /** Looks things up with its own working memory; for one thread. */
  Searcher searcher() {
    return new Searcher();
  }

  final class Searcher {
    private final int[] common = new int[setSizes.length];

    /**
     * The set with the highest Jaccard similarity to the query, the lowest numbered on a tie. Two
     * empty sets count as equal. -1 if the index is empty.
     */
    int nearest(Query query) {
      Arrays.fill(common, 0);
      for (int word : query.words()) {
        for (int at = starts[word]; at < starts[word + 1]; at++) {
          common[postings[at]]++;
        }
      }
      int best = -1;
      long bestCommon = -1;
      long bestUnion = 1;
      for (int set = 0; set < common.length; set++) {
        long union = (long) query.size() + setSizes[set] - common[set];
        long shared = union == 0 ? 1 : common[set];
        union = Math.max(union, 1);
        if (shared * bestUnion > bestCommon * union) {
          best = set;
          bestCommon = shared;
          bestUnion = union;
        }
      }
      return best;
    }
  }
}
