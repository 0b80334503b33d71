package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.List;

/** What one source says of one report. Report text is patient data: no row shows its words. */
sealed interface JoinRow extends Serializable {

  /**
   * The report itself.
   *
   * @param corpus where it is from
   * @param reference the radiologist's impression
   * @param findings what the systems saw
   * @param subsets where it is scored, ascending
   */
  record Report(Corpus corpus, String reference, String findings, List<Subset> subsets)
      implements JoinRow {
    @Override
    public String toString() {
      return "Report[" + corpus + "]";
    }
  }

  /**
   * A system's answer.
   *
   * @param prediction the impression it writes
   * @param references the radiologists' impressions that came with it; empty if none did
   * @param corpus where it says that the report is from; null if it does not say
   */
  record Answer(String prediction, List<String> references, Corpus corpus) implements JoinRow {
    @Override
    public String toString() {
      return format("Answer[%d chars]", prediction.length());
    }
  }

  /** Scores from elsewhere, NaN where there is none, in the order of their file's names. */
  record Values(double[] values) implements JoinRow {}

  /** A line that could not be read. */
  record Unreadable() implements JoinRow {}
}
