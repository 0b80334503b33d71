package org.radllama.eval.agreement;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaturalRanking;

/**
 * Wilcoxon's signed-rank test of paired differences, two-sided (Biometrics Bulletin 1, 1945).
 * Differences of zero are left out, equal magnitudes share the mean of their ranks. Up to {@value
 * #MOST_EXACT} differences p is exact: of all assignments of signs to the ranks as they are, which
 * without ties is the classical table. Above, the normal approximation with the variance corrected
 * for ties and half a unit for continuity, as R's {@code wilcox.test} has it.
 *
 * @param n differences that are not zero
 * @param zeros differences that are
 * @param plus the sum of the positive differences' ranks, R's V
 * @param minus the sum of the negative ones'
 * @param p two-sided; 1 when every difference is zero
 * @param exact whether it is exact
 */
public record SignedRank(int n, int zeros, double plus, double minus, double p, boolean exact) {
  /** So many differences are enumerated at most. */
  static final int MOST_EXACT = 50;

  /** The test of differences, none of them NaN. */
  public static SignedRank of(double[] differences) {
    double[] nonZero = Arrays.stream(differences).filter(d -> d != 0).toArray();
    int[] doubled = doubledRanks(nonZero);
    long plus = 0;
    for (int i = 0; i < nonZero.length; i++) {
      plus += nonZero[i] > 0 ? doubled[i] : 0;
    }
    long all = Arrays.stream(doubled).asLongStream().sum();
    boolean exact = nonZero.length <= MOST_EXACT;
    double p = exact ? exact(doubled, plus) : normal(doubled, plus, true);
    return new SignedRank(
        nonZero.length,
        differences.length - nonZero.length,
        plus / 2.0,
        (all - plus) / 2.0,
        p,
        exact);
  }

  /** Twice the ranks of the magnitudes, which are whole numbers even for ties. */
  static int[] doubledRanks(double[] nonZero) {
    if (nonZero.length == 0) {
      return new int[0];
    }
    double[] magnitudes = Arrays.stream(nonZero).map(Math::abs).toArray();
    return Arrays.stream(new NaturalRanking().rank(magnitudes))
        .mapToInt(rank -> (int) (2 * rank))
        .toArray();
  }

  /** Twice the smaller tail of the sum's distribution over all signs, at most 1. */
  static double exact(int[] doubled, long plus) {
    int all = Arrays.stream(doubled).sum();
    double[] share = new double[all + 1];
    share[0] = 1;
    int reached = 0;
    for (int rank : doubled) {
      reached += rank;
      for (int sum = reached; sum >= 0; sum--) {
        share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
      }
    }
    // The distribution is symmetric, so the tail from the smaller sum is the smaller one.
    double tail = 0;
    for (int sum = 0; sum <= Math.min(plus, all - plus); sum++) {
      tail += share[sum];
    }
    return Math.min(1, 2 * tail);
  }

  /** The approximation of {@code sum / 2} by a normal variable. */
  static double normal(int[] doubled, long plus, boolean continuity) {
    double mean = Arrays.stream(doubled).asLongStream().sum() / 4.0;
    // The variance of a sum of ranks with random signs, which contains the correction for ties.
    double variance = Arrays.stream(doubled).mapToDouble(r -> r * (double) r).sum() / 16;
    double away = Math.abs(plus / 2.0 - mean);
    double z = Math.max(0, away - (continuity ? 0.5 : 0)) / Math.sqrt(variance);
    return variance > 0 ? Math.min(1, 2 * new NormalDistribution().cumulativeProbability(-z)) : 1;
  }
}
