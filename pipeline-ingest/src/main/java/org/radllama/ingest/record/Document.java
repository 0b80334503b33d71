package org.radllama.ingest.record;

import static org.radllama.text.Format.format;

import org.radllama.dataset.Background;
import org.radllama.dataset.Split;

/**
 * One record as its file holds it.
 *
 * @param id {@code mimic-cxr/s50414267}, {@code openi/CXR1}
 * @param source the corpus
 * @param patient the patient within the corpus
 * @param origin where it came from: the file's place in the listing in the upper 32 bits, the row
 *     in the lower; earlier records have smaller values
 * @param label what the corpus's indexing says
 * @param split where the record itself says so, otherwise null
 * @param edits what was done to it in reading
 * @param body the text
 */
public record Document(
    String id,
    String source,
    String patient,
    long origin,
    Label label,
    Split split,
    Edits edits,
    Body body) {

  /** The text of a report, whole or in sections. */
  public sealed interface Body {}

  /** A report file in MIMIC-CXR's form, as it is, newlines as {@code \n}. */
  public record FullText(String text) implements Body {
    @Override
    public String toString() {
      return format("FullText[%d chars]", text.length());
    }
  }

  /** A whole report in any form, newlines as {@code \n}. */
  public record FreeText(String text) implements Body {
    @Override
    public String toString() {
      return format("FreeText[%d chars]", text.length());
    }
  }

  /** Sections that the format itself separates; an absent one is empty. */
  public record SectionTexts(String findings, String impression, Background background)
      implements Body {
    @Override
    public String toString() {
      return format(
          "SectionTexts[%d chars, %d chars, %s]",
          findings.length(), impression.length(), background);
    }
  }

  /** The same document under another id and of another patient. */
  public Document named(String newId, String newPatient) {
    return new Document(newId, source, newPatient, origin, label, split, edits, body);
  }

  /** The same document with another body and other edits noted. */
  public Document with(Body newBody, Edits newEdits) {
    return new Document(id, source, patient, origin, label, split, newEdits, newBody);
  }

  /** The report that this document is, with the sections found in it. */
  public Report report(String findings, String impression, Background background) {
    return new Report(
        id, source, patient, origin, label, findings, impression, background, split, edits);
  }

  /** This record rejected. */
  public <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(id, source, origin, reason, detail, edits.version()).outcome();
  }
}
