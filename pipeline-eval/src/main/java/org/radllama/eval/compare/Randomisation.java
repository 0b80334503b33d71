package org.radllama.eval.compare;

import org.radllama.eval.score.CounterRandom;

/**
 * The paired approximate randomisation test (Noreen 1989; Riezler and Maxwell 2005): were the two
 * systems the same, each report's pair of scores could as well have been swapped. p is the share of
 * random swappings whose difference of means is at least as large in magnitude as the one seen, the
 * seen one counted among them.
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
   * The two-sided p.
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
    int extreme = 1;
    for (int trial = 0; trial < trials; trial++) {
      if (Math.abs(swapped(differences, trial)) >= atLeast) {
        extreme++;
      }
    }
    return extreme / (trials + 1.0);
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
}
