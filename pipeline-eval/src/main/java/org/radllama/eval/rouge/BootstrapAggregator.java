package org.radllama.eval.rouge;

import java.util.Arrays;

/**
 * rouge_score's {@code BootstrapAggregator} to the last bit, for comparison with figures that were
 * made with it (Hugging Face's {@code evaluate} reports its {@code mid.fmeasure}). Its {@code mid}
 * is the median of the resampled means, not the mean; every type draws from where the type before
 * it left the generator, so the order of types matters.
 */
public final class BootstrapAggregator {
  private final double confidence;
  private final int samples;
  private final LegacyRandom random;

  /**
   * An aggregator.
   *
   * @param confidence share of the resampled means between the bounds, in (0, 1)
   * @param samples resamples, at least 1
   * @param seed what {@code numpy.random.seed} was given before, 0 to 2^32 - 1
   */
  public BootstrapAggregator(double confidence, int samples, long seed) {
    this.confidence = confidence;
    this.samples = samples;
    this.random = new LegacyRandom(seed);
  }

  /**
   * Percentiles of resampled means, each of precision, recall and F; that F is no harmonic mean of
   * that precision and recall.
   */
  public record Bounds(double[] low, double[] mid, double[] high) {}

  /**
   * The bounds of the next type.
   *
   * @param rows at least one, of precision, recall and F, in the order of the texts
   */
  public Bounds next(double[][] rows) {
    double[][] means = new double[3][samples];
    for (int sample = 0; sample < samples; sample++) {
      double[] sums = new double[3];
      for (int draw = 0; draw < rows.length; draw++) {
        double[] row = rows[random.below(rows.length)];
        for (int column = 0; column < 3; column++) {
          sums[column] += row[column];
        }
      }
      for (int column = 0; column < 3; column++) {
        means[column][sample] = sums[column] / rows.length;
      }
    }
    for (double[] column : means) {
      Arrays.sort(column);
    }
    double tail = (1 - confidence) / 2;
    return new Bounds(at(means, 100 * tail), at(means, 50), at(means, 100 * (1 - tail)));
  }

  private static double[] at(double[][] means, double percent) {
    return Arrays.stream(means).mapToDouble(column -> percentile(column, percent)).toArray();
  }

  /** numpy's linear interpolation, which takes the nearer end for its base. */
  private static double percentile(double[] sorted, double percent) {
    double place = (sorted.length - 1) * (percent / 100);
    int below = (int) Math.floor(place);
    double a = sorted[below];
    double b = sorted[Math.min(below + 1, sorted.length - 1)];
    double part = place - below;
    return part >= 0.5 ? b - (b - a) * (1 - part) : a + (b - a) * part;
  }
}
