package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import org.radllama.eval.score.statistics.Summary;

/** Numbers as pages write them, the same in every locale. */
public final class Numbers {
  private Numbers() {}

  /** A score, or nothing. */
  public static String score(double value) {
    return Double.isNaN(value) ? "" : format("%.4f", value);
  }

  /** A score with its interval. */
  public static String interval(Summary s) {
    return format("%.4f [%.4f, %.4f]", s.mean(), s.low(), s.high());
  }

  /** The same; with two digits where the scale is 0 to 100. */
  static String interval(String metric, Summary s) {
    return isPercent(metric)
        ? format("%.2f [%.2f, %.2f]", s.mean(), s.low(), s.high())
        : interval(s);
  }

  /** A score, with two digits where the scale is 0 to 100. */
  static String score(String metric, double value) {
    return isPercent(metric) && !Double.isNaN(value) ? format("%.2f", value) : score(value);
  }

  private static boolean isPercent(String metric) {
    return metric.equals("bleu4") || metric.equals("chrf");
  }

  /** A difference of scores. */
  public static String difference(double value) {
    String text = format("%+.4f", value);
    return text.matches("[+-]0\\.0+") ? text.substring(1) : text;
  }

  /** A share in percent. */
  public static String percent(double share) {
    String text = format("%.1f", share * 100);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
