package org.radllama.ingest.section;

import java.util.Optional;
import org.radllama.ingest.read.Document;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.Report;
import org.radllama.ingest.read.ReportIds;
import org.radllama.ingest.read.Whitespace;

/** Makes a report of a document: both sections, or a rejection that says which is missing. */
public final class Sectioner {
  private Sectioner() {}

  /** The document's findings and impression, stripped. */
  public static Outcome<Report> section(Document document) {
    Document.Body body = document.body();
    if (body instanceof Document.FullText full) {
      Optional<MimicSections> sections =
          MimicSections.of(ReportIds.bare(document.id()), full.text());
      return sections.isEmpty()
          ? document.reject(Reason.CUSTOM_RULE, "the official sectioned file has no row for it")
          : both(
              document,
              sections.get().findings().orElse(""),
              sections.get().impression().orElse(""));
    }
    Document.SectionTexts texts = (Document.SectionTexts) body;
    return both(document, Whitespace.strip(texts.findings()), Whitespace.strip(texts.impression()));
  }

  private static Outcome<Report> both(Document document, String findings, String impression) {
    if (findings.isEmpty() && impression.isEmpty()) {
      return document.reject(Reason.NEITHER, "");
    }
    if (findings.isEmpty()) {
      return document.reject(Reason.NO_FINDINGS, "");
    }
    if (impression.isEmpty()) {
      return document.reject(Reason.NO_IMPRESSION, "");
    }
    return Outcome.kept(
        new Report(
            document.id(),
            document.source(),
            document.patient(),
            document.origin(),
            document.label(),
            findings,
            impression));
  }
}
