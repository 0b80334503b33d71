package org.radllama.eval.agreement;

import org.apache.commons.math3.distribution.FDistribution;

/**
 * ICC(2,1): the absolute agreement of single raters drawn from many, every one of whom rates every
 * target (Shrout and Fleiss, Psychological Bulletin 86, 1979), with the interval given there.
 *
 * @param value the coefficient; NaN when it is not defined
 * @param low its lower bound; NaN likewise
 * @param high its upper bound; NaN likewise
 * @param targets how many were rated
 * @param raters how many rated
 */
public record IntraclassCorrelation(
    double value, double low, double high, int targets, int raters) {

  /**
   * Computes it.
   *
   * @param ratings one row a target, one column a rater, nothing missing
   * @param confidence share of the interval, in (0, 1)
   */
  public static IntraclassCorrelation of(double[][] ratings, double confidence) {
    int n = ratings.length;
    int k = n == 0 ? 0 : ratings[0].length;
    if (n < 2 || k < 2) {
      return new IntraclassCorrelation(Double.NaN, Double.NaN, Double.NaN, n, k);
    }
    return of(MeanSquares.of(ratings, n, k), confidence, n, k);
  }

  private static IntraclassCorrelation of(MeanSquares ms, double confidence, int n, int k) {
    double total = ms.targets + (k - 1) * ms.error + k * (ms.raters - ms.error) / n;
    if (!(total > 0)) {
      return new IntraclassCorrelation(Double.NaN, Double.NaN, Double.NaN, n, k);
    }
    double value = (ms.targets - ms.error) / total;
    if (!(ms.error > 0)) {
      // Raters differ by constants alone, so the ratio of mean squares has no distribution.
      return new IntraclassCorrelation(value, Double.NaN, Double.NaN, n, k);
    }
    double ratio = ms.raters / ms.error;
    double a = k * value * ratio;
    double b = n * (1 + (k - 1) * value) - k * value;
    double freedom = (k - 1.0) * (n - 1) * (a + b) * (a + b) / ((n - 1) * a * a + b * b);
    double tail = 1 - (1 - confidence) / 2;
    double upper = new FDistribution(n - 1.0, freedom).inverseCumulativeProbability(tail);
    double lower = new FDistribution(freedom, n - 1.0).inverseCumulativeProbability(tail);
    double spread = k * ms.raters + ((double) k * n - k - n) * ms.error;
    return new IntraclassCorrelation(
        value,
        n * (ms.targets - upper * ms.error) / (upper * spread + n * ms.targets),
        n * (lower * ms.targets - ms.error) / (spread + n * lower * ms.targets),
        n,
        k);
  }

  /** Of the two-way analysis of variance without replication. */
  private record MeanSquares(double targets, double raters, double error) {
    static MeanSquares of(double[][] ratings, int n, int k) {
      double[] rows = new double[n];
      double[] columns = new double[k];
      double mean = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < k; j++) {
          rows[i] += ratings[i][j] / k;
          columns[j] += ratings[i][j] / n;
          mean += ratings[i][j] / n / k;
        }
      }
      double error = 0;
      double targets = 0;
      double raters = 0;
      for (int i = 0; i < n; i++) {
        targets += k * square(rows[i] - mean);
        for (int j = 0; j < k; j++) {
          error += square(ratings[i][j] - rows[i] - columns[j] + mean);
        }
      }
      for (int j = 0; j < k; j++) {
        raters += n * square(columns[j] - mean);
      }
      return new MeanSquares(
          rounded(targets / (n - 1)),
          rounded(raters / (k - 1)),
          rounded(error / (n - 1) / (k - 1)));
    }

    private static double square(double x) {
      return x * x;
    }

    /** What is left of a sum of squares that is zero but for rounding. */
    private static double rounded(double x) {
      return x < 1e-20 ? 0 : x;
    }
  }
}
