package org.radllama.eval.score.statistics;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;
import org.radllama.eval.score.family.Metrics;
import org.radllama.random.CounterRandom;

/**
 * Percentile bootstrap intervals (Efron and Tibshirani 1993, chapter 13): rows of statistics are
 * drawn with replacement and summed, and each score computed of the sums. Samples are spread over
 * threads; each is a function of the seed and its number.
 *
 * @param samples resamples, at least 1
 * @param confidence share of the resampled scores between the bounds, in (0, 1)
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

  /**
   * Bounds of a score; NaN if no sample has it.
   *
   * @param mid the median of the resampled scores, where bounds are rouge_score's
   */
  public record Interval(double low, double high, OptionalDouble mid) {
    Interval(double low, double high) {
      this(low, high, OptionalDouble.empty());
    }
  }

  /**
   * One interval a score.
   *
   * @param rows at least one, of statistics and, behind them, a number of reports
   */
  public Interval[] intervals(double[][] rows, Metrics metrics) {
    return intervals(
        rows,
        metrics.names().size(),
        (score, sums) -> metrics.score(score, sums, sums[metrics.width()]));
  }

  /**
   * One interval a score.
   *
   * @param rows at least one, of statistics
   * @param scores how many
   * @param of a score by its number, of sums of rows; NaN where it is not defined
   */
  public Interval[] intervals(
      double[][] rows, int scores, ToDoubleBiFunction<Integer, double[]> of) {
    double[][] resampled = new double[scores][samples];
    double[] flat = flat(rows);
    IntStream.range(0, samples)
        .parallel()
        .forEach(
            sample -> {
              double[] sums = resample(flat, rows.length, sample);
              for (int score = 0; score < scores; score++) {
                resampled[score][sample] = of.applyAsDouble(score, sums);
              }
            });
    return Arrays.stream(resampled).parallel().map(this::interval).toArray(Interval[]::new);
  }

  private double[] resample(double[] flat, int n, int sample) {
    int width = flat.length / n;
    double[] sums = new double[width];
    long stream = CounterRandom.stream(seed, sample);
    for (int draw = 0; draw < n; draw++) {
      int from = CounterRandom.below(stream, draw, n) * width;
      for (int column = 0; column < width; column++) {
        sums[column] += flat[from + column];
      }
    }
    return sums;
  }

  private Interval interval(double[] resampled) {
    double[] sorted = Arrays.stream(resampled).filter(v -> !Double.isNaN(v)).sorted().toArray();
    if (sorted.length == 0) {
      return new Interval(Double.NaN, Double.NaN);
    }
    double tail = (1 - confidence) / 2;
    return new Interval(percentile(sorted, tail), percentile(sorted, 1 - tail));
  }

  /** Linear between the two nearest ranks. */
  private static double percentile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  private static double[] flat(double[][] rows) {
    int width = rows[0].length;
    double[] flat = new double[Math.multiplyExact(rows.length, width)];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * width, width);
    }
    return flat;
  }
}
