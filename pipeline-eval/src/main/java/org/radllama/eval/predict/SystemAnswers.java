package org.radllama.eval.predict;

import static org.radllama.text.Format.format;

import java.util.Map;

/**
 * All that one system says.
 *
 * @param name the system's name in all files
 * @param kind where the answers come from
 * @param byId the impression it writes, by report id; may lack reports of the split
 */
public record SystemAnswers(String name, Kind kind, Map<String, String> byId) {
  /** Where answers come from. */
  public enum Kind {
    /** Generated here by a language model. */
    MODEL,
    /** Read from a file. */
    IMPORTED,
    /** Made from the findings or the train split without a model. */
    BASELINE
  }

  /** Report text is patient data, so this names the system only. */
  @Override
  public String toString() {
    return format("SystemAnswers[name=%s, kind=%s, answers=%d]", name, kind, byId.size());
  }
}
