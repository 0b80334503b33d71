package org.radllama.ingest.read;

import java.io.Serializable;

/**
 * A report with both sections.
 *
 * @param id the report
 * @param source its corpus
 * @param patient its patient within the corpus
 * @param origin see {@link Document}
 * @param label what the corpus's indexing says
 * @param findings the findings section, not empty
 * @param impression the impression section, not empty
 */
public record Report(
    String id,
    String source,
    String patient,
    long origin,
    Label label,
    String findings,
    String impression)
    implements Serializable {

  /** The same report with other texts. */
  public Report withTexts(String newFindings, String newImpression) {
    return new Report(id, source, patient, origin, label, newFindings, newImpression);
  }

  /** This report rejected. */
  public <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(id, source, origin, reason, detail).outcome();
  }

  /** Report text is patient data: the id and lengths only. */
  @Override
  public String toString() {
    return "Report[id=%s, findings=%d chars, impression=%d chars]"
        .formatted(id, findings.length(), impression.length());
  }
}
