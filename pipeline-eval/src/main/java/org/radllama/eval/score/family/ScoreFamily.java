package org.radllama.eval.score.family;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Scores that are computed from the same numbers. Every score of a corpus is a function of sums of
 * per-report numbers, its statistics: for a mean such as ROUGE the number is the report's own
 * score, for BLEU or F1 they are counts. So totals, resamples and swaps of systems are all the same
 * operation, a sum of rows, whatever the score.
 */
public interface ScoreFamily extends Serializable {
  /** Names in {@code metrics.json}, in order. */
  List<String> names();

  /** The name of its signature: its first score's, unless it says otherwise. */
  default String name() {
    return names().get(0);
  }

  /** How many statistics a report has. */
  int width();

  /** Whether statistics are whole numbers, whose sums a double holds exactly. */
  default boolean countsOnly() {
    return true;
  }

  /** Whether its counter is faster with many reports at a time. */
  default boolean countsTogether() {
    return false;
  }

  /** Whether each score is the mean of the statistic in its place. */
  default boolean means() {
    return false;
  }

  /**
   * The ROUGE variants it scores, each by precision, recall and F in the columns of its statistics;
   * empty for all other scores.
   */
  default List<String> orders() {
    return List.of();
  }

  /** What it stems words by; {@code none} where they stay as they are. */
  default String stemmer() {
    return "none";
  }

  /** What its tokens are; {@code none} where it has no choice of them. */
  default String tokens() {
    return "none";
  }

  /** Whether a score depends on how many references a report has. */
  default boolean countsReferences() {
    return false;
  }

  /** What a score depends on besides the texts, in sacreBLEU's manner. */
  String signature();

  /** Computes statistics; for one thread. */
  Counter counter();

  /** Computes statistics, with working memory of its own. */
  interface Counter {
    /** Hears of reports that will be counted next, so that it can work on them together. */
    default void prepare(Collection<Pair> pairs) {}

    /** Writes {@link ScoreFamily#width} numbers from {@code offset} on. */
    void count(Pair pair, double[] into, int offset);
  }

  /**
   * A score of some reports: the mean of the statistic in its place, unless it says otherwise.
   *
   * @param index its place in {@link #names}
   * @param sums summed statistics from {@code offset} on
   * @param reports how many were summed
   * @return NaN where it is not defined
   */
  default double score(int index, double[] sums, int offset, double reports) {
    return sums[offset + index] / reports;
  }

  /** The score of one report by itself; NaN where there is none. */
  default double ofReport(int index, double[] statistics, int offset) {
    return score(index, statistics, offset, 1);
  }

  /** What one score needs of the statistics: numbers that add up over reports. */
  default double[] slice(int index, double[] statistics, int offset) {
    return Arrays.copyOfRange(statistics, offset, offset + width());
  }

  /** A score of summed slices; the same as {@link #score} of the summed statistics. */
  default double ofSlice(int index, double[] slice, double reports) {
    return score(index, slice, 0, reports);
  }

  /** How many of the summed reports a score is about. */
  default double reports(int index, double[] sums, int offset, double reports) {
    return reports;
  }

  /** A part of a whole, NaN where there is no whole. */
  static double ratio(double part, double whole) {
    return whole == 0 ? Double.NaN : part / whole;
  }
}
