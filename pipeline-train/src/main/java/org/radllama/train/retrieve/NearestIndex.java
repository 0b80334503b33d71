package org.radllama.train.retrieve;

import java.io.Serializable;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * An inverted index over sets of words: for each word the sets that hold it. Sent to executors, so
 * it holds numbers only.
 */
public final class NearestIndex implements Serializable {
  private final int[] setSizes;
  private final double[] setWeights;
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
    setWeights = new double[sets.length];
    for (int set = 0; set < sets.length; set++) {
      // In one order for equal sets, so that they weigh the same to the last bit.
      setWeights[set] = IntStream.of(sets[set]).sorted().mapToDouble(this::weight).sum();
    }
  }

  /** Rare words say more: the square of ln(1 + sets / sets that hold the word). */
  private double weight(int word) {
    return weightOfHeldBy(starts[word + 1] - starts[word]);
  }

  private double weightOfHeldBy(int sets) {
    double log = Math.log1p(setSizes.length / (double) sets);
    return log * log;
  }

  /**
   * What is looked for.
   *
   * @param words its distinct words that the index knows, ascending
   * @param size how many distinct words it has, known or not
   */
  public record Query(int[] words, int size) implements Serializable {}

  /**
   * Sets that were found.
   *
   * @param sets their numbers, the most similar first, the lower number first on a tie
   * @param similarities of each, in [0, 1]
   */
  public record Found(int[] sets, double[] similarities) implements Serializable {}

  /** Looks things up with its own working memory; for one thread. */
  public Searcher searcher() {
    return new Searcher();
  }

  /** Looks things up, one after the other. */
  public final class Searcher {
    private final int[] common = new int[setSizes.length];

    /**
     * The set with the highest Jaccard similarity to the query, the lowest numbered on a tie. Two
     * empty sets count as equal. -1 if the index is empty.
     */
    public int nearest(Query query) {
      count(query);
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

    /**
     * The sets most similar to the query, as many as asked for or all, by Jaccard similarity with
     * weighted words: the weight of the words in both by that of the words in either. A word that
     * the index does not know weighs as one that a single set holds.
     */
    public Found mostSimilar(Query query, int most) {
      double[] shared = new double[setSizes.length];
      double total = (query.size() - query.words().length) * weightOfHeldBy(1);
      for (int word : query.words()) {
        double weight = weight(word);
        total += weight;
        for (int at = starts[word]; at < starts[word + 1]; at++) {
          shared[postings[at]] += weight;
        }
      }
      int size = Math.min(most, shared.length);
      int[] sets = new int[size];
      double[] similarities = new double[size];
      int held = 0;
      for (int set = 0; set < shared.length; set++) {
        double either = total + setWeights[set] - shared[set];
        double similarity = either > 0 ? Math.min(1, shared[set] / either) : 1;
        if (held == size && !(similarity > similarities[held - 1])) {
          continue;
        }
        int at = held < size ? held++ : held - 1;
        for (; at > 0 && similarity > similarities[at - 1]; at--) {
          sets[at] = sets[at - 1];
          similarities[at] = similarities[at - 1];
        }
        sets[at] = set;
        similarities[at] = similarity;
      }
      return new Found(sets, similarities);
    }

    private void count(Query query) {
      Arrays.fill(common, 0);
      for (int word : query.words()) {
        for (int at = starts[word]; at < starts[word + 1]; at++) {
          common[postings[at]]++;
        }
      }
    }
  }
}
