package org.radllama.eval;

import java.util.Optional;

/**
 * What a study's job did.
 *
 * @param directory the published run directory; empty after a dry run and when the run was finished
 *     already
 */
public record StudyResult(Optional<String> directory) {
  static final StudyResult NOTHING = new StudyResult(Optional.empty());
}
