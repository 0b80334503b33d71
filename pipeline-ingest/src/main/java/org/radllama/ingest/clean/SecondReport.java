package org.radllama.ingest.clean;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;
import org.radllama.text.Whitespace;

/**
 * What happens to a report with another inside: an impression in which a header FINDINGS: or
 * IMPRESSION: follows (OpenI's CXR2415 has a whole second report there), or findings in which a
 * header IMPRESSION: stands, so that the answer is in the question.
 */
public enum SecondReport {
  /** It stays. */
  KEEP,
  /** The section ends before the header. */
  CUT,
  /** The report is rejected. */
  REJECT;

  private static final Pattern IN_FINDINGS = Pattern.compile("\\bIMPRESSION\\s?:");
  private static final Pattern IN_IMPRESSION = Pattern.compile("\\b(?:FINDINGS|IMPRESSION)\\s?:");

  Outcome<Report> clean(Report report) {
    if (this == KEEP) {
      return Outcome.kept(report);
    }
    Matcher findings = IN_FINDINGS.matcher(report.findings());
    Matcher impression = IN_IMPRESSION.matcher(report.impression());
    boolean inFindings = findings.find();
    boolean inImpression = impression.find();
    if (!inFindings && !inImpression) {
      return Outcome.kept(report);
    }
    String before = inFindings ? head(report.findings(), findings) : report.findings();
    String beforeImpression =
        inImpression ? head(report.impression(), impression) : report.impression();
    boolean nothingLeft =
        (inFindings && before.isEmpty()) || (inImpression && beforeImpression.isEmpty());
    return this == REJECT || nothingLeft
        ? report.reject(Reason.SECOND_REPORT, inFindings ? "in the findings" : "in the impression")
        : Outcome.kept(report.edited(Edit.SECOND_REPORT_CUT, before, beforeImpression));
  }

  private static String head(String text, Matcher header) {
    return Whitespace.strip(text.substring(0, header.start()));
  }
}
