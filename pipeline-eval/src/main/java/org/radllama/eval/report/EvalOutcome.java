package org.radllama.eval.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.JoinCounts;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.statistics.SufficientStatistics;
import org.radllama.eval.score.statistics.SummaryTable;

/**
 * All that is written.
 *
 * @param runId the evaluation's run-id
 * @param signature how the scores were computed
 * @param metrics the scores
 * @param dataset the ingest run's id, if a dataset was given
 * @param kinds what was scored, by name, and where its answers come from
 * @param generated the models' answers
 * @param files what met of the imported files
 * @param counts what met of all
 * @param sums of the scores' statistics
 * @param summaries scores and intervals
 * @param comparisons tests between systems
 */
public record EvalOutcome(
    String runId,
    String signature,
    Metrics metrics,
    Optional<String> dataset,
    Map<String, SystemAnswers.Kind> kinds,
    List<ModelSystem.Generated> generated,
    List<ReportJoin.OfFile> files,
    JoinCounts counts,
    SufficientStatistics sums,
    SummaryTable summaries,
    List<Comparison> comparisons) {

  boolean isBaseline(String system) {
    return kinds.get(system) == SystemAnswers.Kind.BASELINE;
  }

  boolean computes(String metric) {
    return metrics.index(metric) >= 0;
  }
}
