package org.radllama.ingest.section;

import java.io.Serializable;
import org.radllama.dataset.Background;
import org.radllama.ingest.read.ReportIds;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;
import org.radllama.text.Whitespace;

/**
 * Makes a report of a document: both sections and its background, or a rejection that says which is
 * missing.
 *
 * @param repeated which of several sections of one name in a whole text counts
 * @param names the names of sections in reports of free form
 */
public record Sectioner(MimicSections.Repeated repeated, HeaderNames names)
    implements Serializable {

  /** With the names of all languages that are shipped. */
  public Sectioner(MimicSections.Repeated repeated) {
    this(repeated, HeaderNames.shipped());
  }

  /** The document's findings and impression, stripped. */
  public Outcome<Report> section(Document document) {
    if (document.body() instanceof Document.SectionTexts texts) {
      return both(
          document,
          Whitespace.strip(texts.findings()),
          Whitespace.strip(texts.impression()),
          texts.background().map(Whitespace::strip));
    }
    if (document.body() instanceof Document.FreeText free) {
      return free(document, ReportSections.of(free.text(), names, repeated));
    }
    boolean mimic = document.source().equals(SourceKind.MIMIC_CXR.source());
    if (mimic && CustomRules.has(ReportIds.bare(document.id()))) {
      return document.reject(Reason.CUSTOM_RULE, "the official sectioned file has no row for it");
    }
    String text = ((Document.FullText) document.body()).text();
    MimicSections sections = MimicSections.of(text, repeated);
    return both(document, sections.findings(), sections.impression(), sections.background())
        .then(report -> Outcome.kept(sections.picked() ? picked(report) : report));
  }

  private static Report picked(Report report) {
    return report.with(report.edits().and(Edit.SECTION_PICKED));
  }

  private static Outcome<Report> free(Document document, ReportSections sections) {
    return both(document, sections.findings(), sections.impression(), sections.background())
        .then(
            report -> {
              Report joined =
                  sections.joined()
                      ? report.with(report.edits().and(Edit.SECTIONS_JOINED))
                      : report;
              Report counted = sections.picked() ? picked(joined) : joined;
              return Outcome.kept(
                  counted.with(
                      counted.edits().found(sections.findingsRule(), sections.impressionRule())));
            });
  }

  private static Outcome<Report> both(
      Document document, String findings, String impression, Background background) {
    if (findings.isEmpty() && impression.isEmpty()) {
      return document.reject(Reason.NEITHER, "");
    }
    if (findings.isEmpty()) {
      return document.reject(Reason.NO_FINDINGS, "");
    }
    if (impression.isEmpty()) {
      return document.reject(Reason.NO_IMPRESSION, "");
    }
    return Outcome.kept(document.report(findings, impression, background));
  }
}
