package org.radllama.ingest.clean;

import java.io.Serializable;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;
import org.radllama.text.Whitespace;
import org.radllama.text.Words;

/**
 * The rules in force, applied in the order of the parameters.
 *
 * @param secondReport what happens to a report with another inside
 * @param communication cuts notifications from the impression
 * @param rewrites rewritings of all texts, in the order of their constants
 * @param minFindingsWords reports with shorter findings are rejected; 0 keeps all
 * @param minImpressionWords reports with a shorter impression are rejected; 0 keeps all
 */
public record CleaningRules(
    SecondReport secondReport,
    CommunicationCut communication,
    Set<Rewrite> rewrites,
    int minFindingsWords,
    int minImpressionWords)
    implements Serializable {
  private static final Pattern MAIN_HEADER =
      Pattern.compile("\\b(?:FINDINGS|IMPRESSION|CONCLUSION)\\s?:");

  /** The cleaned report, or its rejection. */
  public Outcome<Report> clean(Report report) {
    return secondReport
        .clean(report)
        .then(communication::clean)
        .then(cleaned -> longEnough(rewritten(cleaned)));
  }

  /**
   * New findings that have no impression yet, cleaned as those that a model was trained on. How
   * long a report must be to be learned from does not matter here.
   *
   * @param report with an empty impression
   * @return rejected where a second report inside is to be, or stands at the beginning
   */
  public Outcome<Report> cleanFindings(Report report) {
    return secondReport.clean(report).then(cleaned -> Outcome.kept(rewritten(cleaned)));
  }

  private Report rewritten(Report report) {
    Report rewritten =
        report.edited(Edit.BACKGROUND_CUT, report.background().map(CleaningRules::beforeHeader));
    for (Rewrite rewrite : Rewrite.values()) {
      if (rewrites.contains(rewrite)) {
        rewritten =
            rewritten.edited(
                rewrite.edit(),
                rewrite.apply(rewritten.findings()),
                rewrite.apply(rewritten.impression()));
        rewritten = rewritten.edited(rewrite.edit(), rewritten.background().map(rewrite::apply));
      }
    }
    return rewritten;
  }

  /** A background section ends where findings or impression begin, so that no answer is in it. */
  private static String beforeHeader(String text) {
    Matcher header = MAIN_HEADER.matcher(text);
    return header.find() ? Whitespace.strip(text.substring(0, header.start())) : text;
  }

  private Outcome<Report> longEnough(Report report) {
    int findings = Words.count(report.findings());
    if (findings < Math.max(minFindingsWords, 1)) {
      return report.reject(
          Reason.SHORT_FINDINGS,
          findings + " words, at least " + minFindingsWords + " (clean.min-findings-words)");
    }
    int impression = Words.count(report.impression());
    if (impression < Math.max(minImpressionWords, 1)) {
      return report.reject(
          Reason.SHORT_IMPRESSION,
          impression + " words, at least " + minImpressionWords + " (clean.min-impression-words)");
    }
    return Outcome.kept(report);
  }
}
