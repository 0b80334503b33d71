package org.radllama.eval.report;

import java.util.List;
import java.util.Optional;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.score.Example;
import org.radllama.eval.score.Spread;
import org.radllama.page.Table;

/** Quotes of reports, for pages that may hold them: best, worst and random of the best system. */
final class ExampleTables {
  private final EvalOutcome outcome;
  private final Corpus corpus;
  private final CorpusTables tables;

  ExampleTables(EvalOutcome outcome, Corpus corpus, CorpusTables tables) {
    this.outcome = outcome;
    this.corpus = corpus;
    this.tables = tables;
  }

  /** Empty unless examples were kept. */
  List<Table> all() {
    String system =
        tables.ranking().stream()
            .filter(s -> !outcome.isBaseline(s))
            .findFirst()
            .orElse(tables.ranking().get(0));
    Optional<Spread> spread = outcome.tally().spread(system, corpus);
    if (spread.isEmpty() || spread.get().best().isEmpty()) {
      return List.of();
    }
    return List.of(
        table("Best of " + system, spread.get().best()),
        table("Worst of " + system, spread.get().worst()),
        table("Random of " + system, spread.get().random()));
  }

  private Table table(String caption, List<Example> examples) {
    List<List<String>> cells =
        examples.stream()
            .map(e -> List.of(e.id(), Numbers.score(e.score()), e.reference(), e.prediction()))
            .toList();
    return new Table(
        caption, List.of("Report", Names.of(tables.rankedBy()), "Reference", "Prediction"), cells);
  }
}
