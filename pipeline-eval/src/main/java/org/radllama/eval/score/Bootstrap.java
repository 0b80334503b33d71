package org.radllama.eval.score;

import java.util.Arrays;
import java.util.List;

/**
 * Percentile bootstrap intervals of means (Efron and Tibshirani 1993, chapter 13): rows are drawn
 * with replacement, all columns of a row together.
 *
 * @param samples resamples, at least 1
 * @param confidence share of the resampled means between the bounds, in (0, 1)
 * @param seed of the draws
 */
public record Bootstrap(int samples, double confidence, long seed) {
  public Bootstrap {
    if (samples < 1) {
      throw new IllegalArgumentException("bootstrap samples must be at least 1, not " + samples);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "bootstrap confidence must be between 0 and 1, not " + confidence);
    }
  }

  /** Bounds of one column's mean. */
  public record Interval(double low, double high) {}

  /**
   * One interval a column.
   *
   * @param rows at least one; all of the same length
   */
  public Interval[] intervals(List<double[]> rows) {
    int n = rows.size();
    int columns = rows.get(0).length;
    double[] flat = flat(rows, columns);
    double[][] means = new double[columns][samples];
    double[] sums = new double[columns];
    for (int sample = 0; sample < samples; sample++) {
      long stream = CounterRandom.stream(seed, sample);
      Arrays.fill(sums, 0);
      for (int draw = 0; draw < n; draw++) {
        int from = CounterRandom.below(stream, draw, n) * columns;
        for (int column = 0; column < columns; column++) {
          sums[column] += flat[from + column];
        }
      }
      for (int column = 0; column < columns; column++) {
        means[column][sample] = sums[column] / n;
      }
    }
    return Arrays.stream(means).map(this::interval).toArray(Interval[]::new);
  }

  private Interval interval(double[] means) {
    Arrays.sort(means);
    double tail = (1 - confidence) / 2;
    return new Interval(percentile(means, tail), percentile(means, 1 - tail));
  }

  /** Linear between the two nearest ranks. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  private static double[] flat(List<double[]> rows, int columns) {
    double[] flat = new double[Math.multiplyExact(rows.size(), columns)];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, flat, row * columns, columns);
    }
    return flat;
  }
}
