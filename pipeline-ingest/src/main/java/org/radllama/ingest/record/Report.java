package org.radllama.ingest.record;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.List;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.dataset.Split;

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
 * @param background the sections that are neither
 * @param split where the record itself says so, otherwise null
 * @param edits what was done to it so far
 */
public record Report(
    String id,
    String source,
    String patient,
    long origin,
    Label label,
    String findings,
    String impression,
    Background background,
    Split split,
    Edits edits)
    implements Serializable {

  /** The same report with other edits noted. */
  public Report with(Edits newEdits) {
    return with(findings, impression, background, newEdits);
  }

  /** The same report with other texts and the edit noted; itself where the texts are its own. */
  public Report edited(Edit edit, String newFindings, String newImpression) {
    return newFindings.equals(findings) && newImpression.equals(impression)
        ? this
        : with(newFindings, newImpression, background, edits.and(edit));
  }

  /** The same report with another background and the edit noted; itself where it is its own. */
  public Report edited(Edit edit, Background newBackground) {
    return newBackground.equals(background)
        ? this
        : with(findings, impression, newBackground, edits.and(edit));
  }

  private Report with(
      String newFindings, String newImpression, Background newBackground, Edits newEdits) {
    return new Report(
        id,
        source,
        patient,
        origin,
        label,
        newFindings,
        newImpression,
        newBackground,
        split,
        newEdits);
  }

  /**
   * The instruction example made of it.
   *
   * @param sections the background sections in its input, in their order
   */
  public InstructionExample example(List<BackgroundSection> sections) {
    return new InstructionExample(
        id,
        source,
        patient,
        PromptTemplate.INSTRUCTION,
        PromptTemplate.input(sections, background, findings),
        impression,
        findings,
        impression,
        label.label(),
        background.indication(),
        background.comparison(),
        background.technique(),
        background.history());
  }

  /** This report rejected. */
  public <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(id, source, origin, reason, detail, edits.version()).outcome();
  }

  /** Report text is patient data: the id and lengths only. */
  @Override
  public String toString() {
    return format(
        "Report[id=%s, findings=%d chars, impression=%d chars]",
        id, findings.length(), impression.length());
  }
}
