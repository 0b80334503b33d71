package org.radllama.eval.compare;

import java.util.function.IntPredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.radllama.random.CounterRandom;

/**
 * The paired approximate randomisation test (Noreen 1989; Riezler and Maxwell 2005): were the two
 * systems the same, each report's pair of results could as well have been swapped. p is the share
 * of random swappings whose difference of scores is at least as large in magnitude as the one seen,
 * the seen one counted among them. Swappings are spread over threads; each is a function of the
 * seed and its number.
 *
 * @param trials random swappings, at least 1
 * @param seed of the swappings
 */
public record Randomisation(int trials, long seed) {
  /** What rounding may cost when a swapping gives the same difference in another order. */
  private static final double ROUNDING = 1e-12;

  public Randomisation {
    if (trials < 1) {
      throw new IllegalArgumentException("trials must be at least 1, not " + trials);
    }
  }

  /**
   * The two-sided p of a score that is a mean.
   *
   * @param differences one system's score minus the other's, report by report
   * @return in [1 / (trials + 1), 1]
   */
  public double p(double[] differences) {
    double seen = 0;
    double magnitude = 0;
    for (double difference : differences) {
      seen += difference;
      magnitude += Math.abs(difference);
    }
    double atLeast = Math.abs(seen) - ROUNDING * magnitude;
    return share(trial -> Math.abs(swapped(differences, trial)) >= atLeast);
  }

  /**
   * The two-sided p of a score of sums.
   *
   * @param a one system's rows
   * @param b the other's, of the same reports in the same order
   * @param score of a sum of rows; a swapping for which it is not defined counts as extreme
   */
  public double p(double[][] a, double[][] b, ToDoubleFunction<double[]> score) {
    int width = a[0].length;
    double[] both = new double[width];
    double[] ofA = new double[width];
    for (int i = 0; i < a.length; i++) {
      for (int column = 0; column < width; column++) {
        ofA[column] += a[i][column];
        both[column] += a[i][column] + b[i][column];
      }
    }
    double seen = Math.abs(difference(ofA, both, score));
    double scale = Math.abs(score.applyAsDouble(ofA)) + seen;
    return share(
        trial ->
            !(Math.abs(difference(swapped(a, b, trial), both, score)) < seen - ROUNDING * scale));
  }

  private double share(IntPredicate extreme) {
    long found = IntStream.range(0, trials).parallel().filter(extreme).count();
    return (found + 1) / (trials + 1.0);
  }

  private static double difference(double[] one, double[] both, ToDoubleFunction<double[]> score) {
    double[] other = new double[one.length];
    for (int column = 0; column < other.length; column++) {
      other[column] = both[column] - one[column];
    }
    return score.applyAsDouble(one) - score.applyAsDouble(other);
  }

  private double swapped(double[] differences, int trial) {
    long stream = CounterRandom.stream(seed, trial);
    double sum = 0;
    long bits = 0;
    for (int i = 0; i < differences.length; i++) {
      if ((i & 63) == 0) {
        bits = CounterRandom.bits(stream, i >> 6);
      }
      sum += (bits & 1) == 0 ? differences[i] : -differences[i];
      bits >>>= 1;
    }
    return sum;
  }

  /** The sum of the rows that the first system has after a swapping. */
  private double[] swapped(double[][] a, double[][] b, int trial) {
    long stream = CounterRandom.stream(seed, trial);
    double[] sums = new double[a[0].length];
    long bits = 0;
    for (int i = 0; i < a.length; i++) {
      if ((i & 63) == 0) {
        bits = CounterRandom.bits(stream, i >> 6);
      }
      double[] row = (bits & 1) == 0 ? a[i] : b[i];
      for (int column = 0; column < sums.length; column++) {
        sums[column] += row[column];
      }
      bits >>>= 1;
    }
    return sums;
  }
}
