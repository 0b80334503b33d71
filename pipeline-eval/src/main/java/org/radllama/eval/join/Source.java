package org.radllama.eval.join;

import java.io.Serializable;
import java.util.List;

/**
 * A source of answers or of scores.
 *
 * @param name the flag that names it, for messages: {@code --predictions mine}
 * @param system whose answers or scores they are
 * @param metrics the scores a line brings; empty for answers
 * @param imported whether it is a file, whose ids may find no partner
 */
record Source(String name, String system, List<String> metrics, boolean imported)
    implements Serializable {
  boolean isScores() {
    return !metrics.isEmpty();
  }
}
