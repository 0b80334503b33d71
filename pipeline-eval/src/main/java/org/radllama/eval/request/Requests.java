package org.radllama.eval.request;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionExample;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.Report;

/**
 * Findings in the order they were read, and what was rejected. Nothing is lost: every row is one or
 * the other.
 */
public final class Requests {
  static final String SOURCE = "reports";

  private final FindingsRules rules;
  private final List<BackgroundSection> sections;
  private final List<InstructionExample> kept = new ArrayList<>();
  private final List<Rejection> rejected = new ArrayList<>();
  private final Map<String, Long> edits = new TreeMap<>();
  private final Set<String> ids = new HashSet<>();
  private final Set<String> twice = new TreeSet<>();

  Requests(FindingsRules rules, List<BackgroundSection> sections) {
    this.rules = rules;
    this.sections = sections;
  }

  /**
   * Takes a row.
   *
   * @param origin its place among all rows
   * @param findings as they stand in the table
   * @param background likewise
   */
  void take(String id, long origin, String findings, Background background) {
    if (!ids.add(id)) {
      twice.add(id);
      reject(new Rejection(id, SOURCE, origin, Reason.DUPLICATE_ID, "the first was taken"));
      return;
    }
    Document row =
        new Document(
            id,
            SOURCE,
            id,
            origin,
            Label.UNKNOWN,
            null,
            Edits.NONE,
            new Document.SectionTexts(findings, "", background));
    Report raw = rules.texts().unsigned(decoded(row));
    Outcome<Report> cleaned =
        raw.findings().isEmpty()
            ? raw.reject(Reason.NO_FINDINGS, "")
            : rules.rules().cleanFindings(raw);
    cleaned =
        cleaned.then(r -> r.findings().isEmpty() ? r.reject(Reason.NO_FINDINGS, "") : cleaned(r));
    if (cleaned.isKept()) {
      kept.add(cleaned.value().example(sections));
    } else {
      reject(cleaned.rejection());
    }
  }

  private Report decoded(Document row) {
    Document decoded = rules.texts().decoded(row);
    Document.SectionTexts texts = (Document.SectionTexts) decoded.body();
    return decoded.report(texts.findings(), "", texts.background());
  }

  private Outcome<Report> cleaned(Report cleaned) {
    Report report = rules.texts().noted(cleaned);
    report.edits().forEach(edit -> edits.merge(edit.label(), 1L, Long::sum));
    return Outcome.kept(report);
  }

  /** Takes a row that is none, or a file that is no table. */
  void reject(Rejection rejection) {
    rejected.add(rejection);
  }

  /** What waits for an impression, with an empty one; ids are unique. */
  public List<InstructionExample> kept() {
    return kept;
  }

  /** What does not, with the reasons. */
  public List<Rejection> rejected() {
    return rejected;
  }

  /** How many were rejected for each reason, by its name. */
  public Map<String, Long> reasons() {
    Map<String, Long> reasons = new TreeMap<>();
    rejected.forEach(r -> reasons.merge(r.reason().label(), 1L, Long::sum));
    return reasons;
  }

  /** How many were changed by each rule, by its name. */
  public Map<String, Long> edits() {
    return edits;
  }

  /** Ids that occur more than once. */
  public Set<String> twice() {
    return twice;
  }

  /** Number of rows and files read. */
  public long read() {
    return (long) kept.size() + rejected.size();
  }

  /** Report text is patient data, so this is numbers only. */
  @Override
  public String toString() {
    return format("Requests[%d kept, %d rejected]", kept.size(), rejected.size());
  }
}
