package org.radllama.eval;

import java.util.Optional;
import org.radllama.eval.score.statistics.SummaryTable;

/**
 * What an evaluation did.
 *
 * @param directory the published run directory; empty after a dry run and when the run was finished
 *     already
 * @param summaries its scores, empty likewise
 */
public record EvalResult(Optional<String> directory, Optional<SummaryTable> summaries) {
  static final EvalResult NOTHING = new EvalResult(Optional.empty(), Optional.empty());
}
