package org.radllama.eval.score.statistics;

import java.io.Serializable;

/**
 * A report to be shown, where words may be shown.
 *
 * @param id the report
 * @param score its score
 * @param reference the radiologist's impression
 * @param prediction the system's
 */
public record Example(String id, double score, String reference, String prediction)
    implements Serializable {
  /** Report text is patient data, so this names the report only. */
  @Override
  public String toString() {
    return "Example[" + id + "]";
  }
}
