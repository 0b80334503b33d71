package org.radllama.eval.report;

import static org.radllama.text.Format.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.JoinCounts;
import org.radllama.eval.join.ReportJoin;
import org.radllama.eval.predict.Baseline;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.predict.SystemAnswers;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.statistics.Spread;
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

  /** What to say where ROUGE is about nothing, since its tokeniser knows no other script. */
  public Optional<String> emptied(Corpus corpus) {
    String systems =
        kinds.keySet().stream()
            .filter(system -> emptied(system, corpus) > 0)
            .map(system -> system + " " + emptied(system, corpus))
            .collect(Collectors.joining(", "));
    return systems.isEmpty()
        ? Optional.empty()
        : Optional.of(
            format(
                "rouge_score's tokeniser keeps only a-z and 0-9. In %s %s the reference or prediction of these reports has no such words, so they score 0: %s. Set rouge.tokenizer = unicode to score words of any script.",
                corpus.dataset(), corpus.split(), systems));
  }

  private long emptied(String system, Corpus corpus) {
    return sums.spread(system, corpus).map(Spread::emptied).orElse(0L);
  }

  boolean isBaseline(String system) {
    return kinds.get(system) == SystemAnswers.Kind.BASELINE;
  }

  /** What sort of system it is, in a word: model, imported, retrieval or baseline. */
  String kind(String system) {
    return switch (kinds.get(system)) {
      case MODEL -> "model";
      case IMPORTED -> "imported";
      case BASELINE ->
          Stream.of(Baseline.values()).anyMatch(b -> b.label().equals(system) && b.isRetrieval())
              ? "retrieval"
              : "baseline";
    };
  }

  boolean computes(String metric) {
    return metrics.index(metric) >= 0;
  }
}
