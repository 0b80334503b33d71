package org.radllama.eval.score.statistics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * A system on a subset of a corpus: exact totals, and sums of groups of reports to resample. Where
 * a corpus has few reports a group is a report and its key the id; else ids are dealt into {@link
 * org.radllama.eval.join.IdGroups#GROUPS} groups by a hash, so that what is kept does not grow.
 *
 * <p>Resampling groups instead of reports changes what is estimated by nothing: a resampled sum is
 * a sum of independent group sums with the same variance, and swapping whole groups of two systems
 * is one of the swaps that the null hypothesis allows, so the test keeps its level. What it costs
 * is precision of the interval's width, about 1 / sqrt(2 * groups), 1.6 percent, which is less than
 * a bootstrap of 1,000 samples costs by itself.
 */
public final class Cell implements Serializable {
  /** Corpora of more reports are resampled in groups. */
  public static final int MOST_SINGLE_REPORTS = 8192;

  private final Totals totals;
  private final TreeMap<String, double[]> groups = new TreeMap<>();

  Cell(boolean[] counts) {
    totals = new Totals(counts);
  }

  /** Adds what is summed already. */
  void add(Totals some) {
    totals.add(some);
  }

  /**
   * Adds a row to a group; a row of a group of one is kept as it is.
   *
   * @param row statistics and, behind them, 1
   */
  void add(String group, double[] row, boolean single) {
    if (single) {
      groups.put(group, row);
      return;
    }
    double[] sums = groups.computeIfAbsent(group, g -> new double[row.length]);
    for (int i = 0; i < row.length; i++) {
      sums[i] += row[i];
    }
  }

  /** Adds another part's groups; no group is in two parts. */
  void add(Cell other) {
    for (Map.Entry<String, double[]> group : other.groups.entrySet()) {
      if (groups.put(group.getKey(), group.getValue()) != null) {
        throw new IllegalStateException("a group of reports is in two partitions");
      }
    }
  }

  /** How many reports there are. */
  public long reports() {
    return totals.reports();
  }

  /** The same to divide by. */
  public double weight() {
    return (double) totals.reports();
  }

  /** Exact sums of the statistics. */
  public double[] sums() {
    return totals.sums();
  }

  /** Sums of statistics and, behind them, the number of reports, group by group. */
  public double[][] groupRows() {
    return groups.values().toArray(double[][]::new);
  }

  /** The same by group. */
  public Map<String, double[]> groupsByKey() {
    return groups;
  }
}
