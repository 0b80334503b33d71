package org.radllama.eval.score;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.radllama.eval.rouge.BootstrapAggregator;
import org.radllama.run.JobFailure;

/**
 * How bounds are computed.
 *
 * @param bootstrap ours
 * @param compatible whether ROUGE's bounds are those of rouge_score's BootstrapAggregator instead:
 *     numpy's generator seeded anew for every system and subset, reports in the order of ids, types
 *     in the order of the setting {@code rouge.types}
 */
public record Intervals(Bootstrap bootstrap, boolean compatible) {
  /**
   * Reads the setting {@code bootstrap.method}.
   *
   * @throws JobFailure exit 2 for any other word
   */
  public static Intervals of(Bootstrap bootstrap, String method) {
    return switch (method.toLowerCase(Locale.ROOT)) {
      case "counter" -> new Intervals(bootstrap, false);
      case "rouge_score" -> new Intervals(bootstrap, true);
      default ->
          throw JobFailure.usage("bootstrap.method must be counter or rouge_score, not " + method);
    };
  }

  /**
   * The bounds of every score of a cell.
   *
   * @throws JobFailure exit 2 when rouge_score's way is asked of more reports than are kept singly
   */
  Bounds of(Cell cell, Metrics metrics) {
    double[][] rows = cell.groupRows();
    Bootstrap.Interval[] intervals = bootstrap.intervals(rows, metrics);
    double[] mids = new double[intervals.length];
    Arrays.fill(mids, Double.NaN);
    if (compatible) {
      if (rows.length < cell.reports()) {
        throw JobFailure.usage(
            "bootstrap.method = rouge_score takes at most %d reports of a corpus, not %d"
                .formatted(Cell.MOST_SINGLE_REPORTS, cell.reports()));
      }
      int metric = 0;
      for (ScoreFamily family : metrics.families()) {
        if (family instanceof RougeFamily rouge) {
          likeRougeScore(rouge, metrics.meanOf(metric), metric, rows, intervals, mids);
        }
        metric += family.names().size();
      }
    }
    return new Bounds(intervals, mids);
  }

  private void likeRougeScore(
      RougeFamily rouge,
      int column,
      int metric,
      double[][] rows,
      Bootstrap.Interval[] intervals,
      double[] mids) {
    BootstrapAggregator aggregator =
        new BootstrapAggregator(bootstrap.confidence(), bootstrap.samples(), bootstrap.seed());
    for (int type = 0; type < rouge.types().size(); type++) {
      double[][] values = new double[rows.length][3];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(rows[row], column + 3 * type, values[row], 0, 3);
      }
      BootstrapAggregator.Bounds bounds = aggregator.next(values);
      int at = metric + 3 * type;
      intervals[at] = new Bootstrap.Interval(bounds.low().precision(), bounds.high().precision());
      intervals[at + 1] = new Bootstrap.Interval(bounds.low().recall(), bounds.high().recall());
      intervals[at + 2] = new Bootstrap.Interval(bounds.low().fmeasure(), bounds.high().fmeasure());
      mids[at] = bounds.mid().precision();
      mids[at + 1] = bounds.mid().recall();
      mids[at + 2] = bounds.mid().fmeasure();
    }
  }

  /** Bounds by score, and what rouge_score calls mid, else NaN. */
  record Bounds(Bootstrap.Interval[] intervals, double[] mids) {
    Optional<Double> mid(int metric) {
      return Double.isNaN(mids[metric]) ? Optional.empty() : Optional.of(mids[metric]);
    }
  }

  /** What bounds depend on, for the signature. */
  public String signature() {
    return String.join(
        "|",
        "interval:" + (compatible ? "rouge_score-bootstrap" : "percentile-bootstrap"),
        "samples:" + bootstrap.samples(),
        "confidence:" + bootstrap.confidence(),
        "seed:" + bootstrap.seed());
  }
}
