package org.radllama.eval.report;

import java.util.stream.Collectors;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.score.Metrics;

/** One line that names everything a score depends on besides the texts, in sacreBLEU's manner. */
public final class Signature {
  /** Counts up when the same texts would score otherwise. */
  private static final int VERSION = 1;

  private Signature() {}

  /** The signature of these settings. */
  public static String of(Metrics metrics, Bootstrap bootstrap) {
    String variants =
        metrics.types().stream().map(RougeType::label).collect(Collectors.joining("+"));
    return String.join(
        "|",
        "rouge:" + variants,
        "tok:rouge_score-0.1.2",
        "stem:" + (metrics.unstemmed() ? "nltk-porter+none" : "nltk-porter"),
        "mean:exact",
        "interval:percentile-bootstrap",
        "samples:" + bootstrap.samples(),
        "confidence:" + bootstrap.confidence(),
        "seed:" + bootstrap.seed(),
        "version:" + VERSION);
  }
}
