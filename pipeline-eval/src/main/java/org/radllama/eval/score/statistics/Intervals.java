package org.radllama.eval.score.statistics;

import static org.radllama.text.Format.format;

import java.util.OptionalDouble;
import org.radllama.eval.rouge.BootstrapAggregator;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.ScoreFamily;
import org.radllama.failure.BadSettingException;

/**
 * How bounds are computed.
 *
 * @param bootstrap ours
 * @param compatible whether ROUGE's bounds are those of rouge_score's BootstrapAggregator instead:
 *     numpy's generator seeded again for every system and subset, reports in the order of ids,
 *     types in the order of the setting {@code rouge.types}
 */
public record Intervals(Bootstrap bootstrap, boolean compatible) {
  /**
   * The bounds of every score of a cell.
   *
   * @throws BadSettingException when rouge_score's way is asked of more reports than are kept
   *     singly
   */
  Bootstrap.Interval[] of(Cell cell, Metrics metrics) {
    double[][] rows = cell.groupRows();
    Bootstrap.Interval[] intervals = bootstrap.intervals(rows, metrics);
    if (!compatible) {
      return intervals;
    }
    if (rows.length < cell.reports()) {
      throw new BadSettingException(
          format(
              "bootstrap.method = rouge_score takes at most %d reports of a corpus, not %d",
              Cell.MOST_SINGLE_REPORTS, cell.reports()));
    }
    int metric = 0;
    for (ScoreFamily family : metrics.families()) {
      replace(intervals, metric, family.orders().size(), metrics.meanOf(metric), rows);
      metric += family.names().size();
    }
    return intervals;
  }

  /**
   * Puts rouge_score's bounds in the place of ours.
   *
   * @param metric the place of the family's first score
   * @param orders how many ROUGE variants the family scores
   * @param column where their statistics begin
   */
  private void replace(
      Bootstrap.Interval[] intervals, int metric, int orders, int column, double[][] rows) {
    BootstrapAggregator aggregator =
        new BootstrapAggregator(bootstrap.confidence(), bootstrap.samples(), bootstrap.seed());
    for (int order = 0; order < orders; order++) {
      double[][] values = new double[rows.length][3];
      for (int row = 0; row < rows.length; row++) {
        System.arraycopy(rows[row], column + 3 * order, values[row], 0, 3);
      }
      BootstrapAggregator.Bounds bounds = aggregator.next(values);
      for (int part = 0; part < 3; part++) {
        intervals[metric + 3 * order + part] =
            new Bootstrap.Interval(
                bounds.low()[part], bounds.high()[part], OptionalDouble.of(bounds.mid()[part]));
      }
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
