package org.radllama.ingest.clean;

import java.io.Serializable;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.Report;
import org.radllama.ingest.read.Whitespace;

/**
 * The rules in force, applied in this order.
 *
 * @param foldWhiteSpace newlines and runs of blanks become one blank
 * @param minFindingsWords reports with shorter findings are rejected; 0 keeps all
 * @param minImpressionWords reports with a shorter impression are rejected; 0 keeps all
 */
public record CleaningRules(boolean foldWhiteSpace, int minFindingsWords, int minImpressionWords)
    implements Serializable {

  /** The cleaned report, or its rejection. */
  public Outcome<Report> clean(Report report) {
    Report cleaned =
        foldWhiteSpace
            ? report.withTexts(
                Whitespace.fold(report.findings()), Whitespace.fold(report.impression()))
            : report;
    int findings = Whitespace.words(cleaned.findings());
    if (findings < minFindingsWords) {
      return cleaned.reject(
          Reason.SHORT_FINDINGS,
          findings + " words, at least " + minFindingsWords + " (clean.min-findings-words)");
    }
    int impression = Whitespace.words(cleaned.impression());
    if (impression < minImpressionWords) {
      return cleaned.reject(
          Reason.SHORT_IMPRESSION,
          impression + " words, at least " + minImpressionWords + " (clean.min-impression-words)");
    }
    return Outcome.kept(cleaned);
  }
}
