package org.radllama.eval.report;

import java.util.List;
import java.util.stream.Collectors;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.score.Intervals;
import org.radllama.eval.score.Metrics;
import org.radllama.eval.score.RougeFamily;

/** One line that names everything a score depends on besides the texts, in sacreBLEU's manner. */
public final class Signature {
  /** Counts up when the same texts would score otherwise. */
  private static final int VERSION = 1;

  private Signature() {}

  /** The signature of these settings; those of single scores are {@link Metrics#signatures}. */
  public static String of(Metrics metrics, Intervals intervals) {
    List<RougeFamily> rouge =
        metrics.families().stream()
            .filter(RougeFamily.class::isInstance)
            .map(RougeFamily.class::cast)
            .toList();
    String variants =
        rouge.isEmpty()
            ? "none"
            : rouge.get(0).types().stream().map(RougeType::label).collect(Collectors.joining("+"));
    String stems =
        rouge.stream()
            .map(r -> r.stemming() ? "nltk-porter" : "none")
            .collect(Collectors.joining("+"));
    return String.join(
        "|",
        "rouge:" + variants,
        "tok:rouge_score-0.1.2",
        "stem:" + stems,
        "mean:exact",
        intervals.signature(),
        "version:" + VERSION);
  }
}
