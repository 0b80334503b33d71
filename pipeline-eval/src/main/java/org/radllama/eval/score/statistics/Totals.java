package org.radllama.eval.score.statistics;

import java.io.Serializable;

/** Sums of rows of statistics, exact whatever the order: a double holds sums of whole numbers. */
final class Totals implements Serializable {
  private final double[] sums;
  private final ExactSum[] exact;
  private long reports;

  /**
   * No rows.
   *
   * @param counts for each statistic whether it is a whole number
   */
  Totals(boolean[] counts) {
    sums = new double[counts.length];
    exact = new ExactSum[counts.length];
    for (int i = 0; i < counts.length; i++) {
      exact[i] = counts[i] ? null : new ExactSum();
    }
  }

  void add(double[] row) {
    reports++;
    for (int i = 0; i < sums.length; i++) {
      if (exact[i] == null) {
        sums[i] += row[i];
      } else {
        exact[i].add(row[i]);
      }
    }
  }

  void add(Totals other) {
    reports += other.reports;
    for (int i = 0; i < sums.length; i++) {
      if (exact[i] == null) {
        sums[i] += other.sums[i];
      } else {
        exact[i].add(other.exact[i]);
      }
    }
  }

  long reports() {
    return reports;
  }

  double[] sums() {
    double[] rounded = sums.clone();
    for (int i = 0; i < rounded.length; i++) {
      if (exact[i] != null) {
        rounded[i] = exact[i].value();
      }
    }
    return rounded;
  }
}
