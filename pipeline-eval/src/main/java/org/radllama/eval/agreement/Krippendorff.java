package org.radllama.eval.agreement;

import java.util.Arrays;

/**
 * Krippendorff's alpha: 1 minus observed by expected disagreement, for any number of observers and
 * with values missing (Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011). A unit
 * with less than two values is not pairable and counts for nothing.
 */
public final class Krippendorff {
  private Krippendorff() {}

  /**
   * The coefficient of values with an order; how far two are apart depends on the values between
   * them.
   *
   * @param units one row a unit, one column an observer, NaN where a value is missing
   * @return at most 1; NaN when there is no pair or all pairable values are equal
   */
  public static double ordinal(double[][] units) {
    double[] values =
        Arrays.stream(units)
            .flatMapToDouble(Arrays::stream)
            .filter(v -> !Double.isNaN(v))
            .sorted()
            .distinct()
            .toArray();
    double[][] coincidences = coincidences(units, values);
    double[] totals =
        Arrays.stream(coincidences).mapToDouble(r -> Arrays.stream(r).sum()).toArray();
    double n = Arrays.stream(totals).sum();
    double observed = 0;
    double expected = 0;
    for (int c = 0; c < values.length; c++) {
      for (int k = c + 1; k < values.length; k++) {
        double difference = squaredDifference(c, k, totals);
        observed += coincidences[c][k] * difference;
        expected += totals[c] * totals[k] * difference;
      }
    }
    return expected > 0 ? 1 - (n - 1) * observed / expected : Double.NaN;
  }

  /** Pairs of values within units, each unit of m values weighing m. */
  private static double[][] coincidences(double[][] units, double[] values) {
    double[][] coincidences = new double[values.length][values.length];
    for (double[] unit : units) {
      int[] count = new int[values.length];
      int m = 0;
      for (double value : unit) {
        if (!Double.isNaN(value)) {
          count[Arrays.binarySearch(values, value)]++;
          m++;
        }
      }
      for (int c = 0; m > 1 && c < values.length; c++) {
        for (int k = 0; k < values.length; k++) {
          coincidences[c][k] += count[c] * (double) (count[k] - (c == k ? 1 : 0)) / (m - 1);
        }
      }
    }
    return coincidences;
  }

  private static double squaredDifference(int c, int k, double[] totals) {
    double between = (totals[c] + totals[k]) / 2;
    for (int g = c + 1; g < k; g++) {
      between += totals[g];
    }
    return between * between;
  }
}
