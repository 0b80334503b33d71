package org.radllama.eval.report;

import java.util.Locale;
import org.radllama.eval.score.Summary;

/** Numbers as the page writes them, the same in every locale. */
final class Numbers {
  private Numbers() {}

  static String score(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.4f", value);
  }

  static String interval(Summary s) {
    return String.format(Locale.ROOT, "%.4f [%.3f,\u00a0%.3f]", s.mean(), s.low(), s.high());
  }

  /** With fewer digits where the scale is 0 to 100. */
  static String interval(String metric, Summary s) {
    return isPercent(metric)
        ? String.format(Locale.ROOT, "%.2f [%.1f,\u00a0%.1f]", s.mean(), s.low(), s.high())
        : interval(s);
  }

  private static boolean isPercent(String metric) {
    return metric.equals("bleu4") || metric.equals("chrf");
  }

  static String difference(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  static String p(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.1f", share * 100);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
