package org.radllama.eval.report;

import java.util.List;
import java.util.Optional;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.predict.ImportedPredictions;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.score.Scores;
import org.radllama.eval.score.SummaryTable;

/**
 * All that is written.
 *
 * @param runId the evaluation's run-id
 * @param signature how the scores were computed
 * @param dataset the ingest run's id, if a dataset was given
 * @param systems what was scored
 * @param generated the models' answers
 * @param imported the joined files
 * @param reports how many reports the split has
 * @param scores every prediction's values
 * @param summaries means and intervals
 * @param comparisons tests between systems
 */
public record EvalOutcome(
    String runId,
    String signature,
    Optional<String> dataset,
    List<SystemAnswers> systems,
    List<ModelSystem.Generated> generated,
    List<ImportedPredictions.Joined> imported,
    int reports,
    Scores scores,
    SummaryTable summaries,
    List<Comparison> comparisons) {

  /** Where a system's answers come from. */
  SystemAnswers.Kind kind(String system) {
    return systems.stream()
        .filter(s -> s.name().equals(system))
        .map(SystemAnswers::kind)
        .findFirst()
        .orElseThrow();
  }
}
