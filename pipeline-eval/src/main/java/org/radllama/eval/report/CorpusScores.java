package org.radllama.eval.report;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.join.TestSet;
import org.radllama.eval.score.statistics.Cell;
import org.radllama.eval.score.statistics.Spread;
import org.radllama.eval.score.statistics.Summary;

/** The scores of one corpus, with its systems ranked. */
final class CorpusScores {
  private final EvalOutcome outcome;
  private final Corpus corpus;
  private final String rankedBy;
  private final List<String> ranking;

  CorpusScores(EvalOutcome outcome, Corpus corpus) {
    this.outcome = outcome;
    this.corpus = corpus;
    this.rankedBy = outcome.metrics().names().get(outcome.metrics().ranking());
    this.ranking =
        outcome.summaries().systems().stream()
            .filter(s -> get(s, Subset.ALL, rankedBy).isPresent())
            .sorted(Comparator.comparingDouble(s -> -get(s, Subset.ALL, rankedBy).get().mean()))
            .toList();
  }

  EvalOutcome outcome() {
    return outcome;
  }

  Corpus corpus() {
    return corpus;
  }

  /**
   * Whether a subset is all reports of the corpus, so that its figures are theirs and need no
   * second table.
   */
  boolean isWhole(Subset subset) {
    Map<Subset, TestSet> sets = outcome.counts().testSets().get(corpus);
    return !subset.equals(Subset.ALL)
        && sets.containsKey(subset)
        && sets.get(subset).ids().equals(sets.get(Subset.ALL).ids());
  }

  /** The subsets with figures of their own, all reports first. */
  List<Subset> distinctSubsets() {
    return outcome.summaries().subsets(corpus).stream().filter(s -> !isWhole(s)).toList();
  }

  /** How good a value is beside others of its column; NaN where there is none. */
  double quality(String system, Subset subset, String metric) {
    return get(system, subset, metric).map(s -> Quality.of(metric, s.mean())).orElse(Double.NaN);
  }

  /** The corpus for headings. */
  String where() {
    return corpus.dataset() + ", " + corpus.split();
  }

  /** Systems, best first. */
  List<String> ranking() {
    return ranking;
  }

  /** The score that ranks. */
  String rankedBy() {
    return rankedBy;
  }

  Optional<Summary> get(String system, Subset subset, String metric) {
    return outcome.summaries().get(system, corpus, subset, metric);
  }

  /** A score as a cell of a table; empty where there is none. */
  String mean(String system, Subset subset, String metric) {
    return get(system, subset, metric).map(s -> Numbers.score(metric, s.mean())).orElse("");
  }

  /** The sums of a system on a subset; null where it has no report. */
  Cell sums(String system, Subset subset) {
    return outcome.sums().cells(system, corpus).get(subset);
  }

  Spread spread(String system) {
    return outcome.sums().spread(system, corpus).orElseThrow();
  }
}
