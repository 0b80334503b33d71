package org.radllama.eval.join;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.MissingPolicy;
import org.radllama.eval.predict.SystemAnswers;

/**
 * What is brought together.
 *
 * @param set the reports; empty when the predictions bring their references
 * @param local answers that were made here
 * @param predictions files of answers by system
 * @param scores files of scores from elsewhere
 * @param policy what happens to a report that a system has not answered
 * @param subsets how reports are divided
 */
public record Inputs(
    Optional<EvaluationSet> set,
    List<SystemAnswers> local,
    Map<String, String> predictions,
    List<ScoresOf> scores,
    MissingPolicy policy,
    Subsets subsets) {
  /**
   * Scores of a system.
   *
   * @param system whose
   * @param path the file
   */
  public record ScoresOf(String system, String path) {}
}
