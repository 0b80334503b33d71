package org.radllama.eval.report;

import java.util.List;
import java.util.stream.Collectors;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.ScoreFamily;
import org.radllama.eval.score.statistics.Intervals;

/** One line that names everything a score depends on besides the texts, in sacreBLEU's manner. */
public final class Signature {
  /** Counts up when the same texts would score otherwise. */
  private static final int VERSION = 1;

  private Signature() {}

  /** The signature of these settings; those of single scores are {@link Metrics#signatures}. */
  public static String of(Metrics metrics, Intervals intervals) {
    List<ScoreFamily> rouge =
        metrics.families().stream().filter(family -> !family.orders().isEmpty()).toList();
    return String.join(
        "|",
        "rouge:" + (rouge.isEmpty() ? "none" : String.join("+", rouge.get(0).orders())),
        "tok:" + (rouge.isEmpty() ? "none" : rouge.get(0).tokens()),
        "stem:" + rouge.stream().map(ScoreFamily::stemmer).collect(Collectors.joining("+")),
        "mean:exact",
        intervals.signature(),
        "version:" + VERSION);
  }
}
