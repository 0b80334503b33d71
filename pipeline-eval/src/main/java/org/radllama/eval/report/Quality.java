package org.radllama.eval.report;

import java.util.Set;
import org.radllama.eval.score.family.FindingsFamily;

/** Which way a score is better. */
final class Quality {
  private static final Set<String> FEWER =
      Set.of(
          FindingsFamily.MISSED,
          "attributes_contradictions",
          "attributes_major_errors",
          "attributes_minor_errors");

  /** They say how a system writes, not how well. */
  private static final Set<String> NEITHER = Set.of("length_ratio", "copy_rate");

  private Quality() {}

  static boolean fewerIsBetter(String metric) {
    return FEWER.contains(metric);
  }

  /** The larger, the better; NaN where no value is better than another. */
  static double of(String metric, double value) {
    return NEITHER.contains(metric) ? Double.NaN : FEWER.contains(metric) ? -value : value;
  }
}
