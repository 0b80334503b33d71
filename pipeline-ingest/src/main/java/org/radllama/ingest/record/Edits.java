package org.radllama.ingest.record;

import java.io.Serializable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A set of {@link Edit}s, the {@link HeaderRule}s by which the two sections were found, and the
 * {@link ReportStatus}; one word, since every report carries one through Spark.
 *
 * @param bits one for each constant, those of the rules above the others; it never leaves the job
 */
public record Edits(long bits) implements Serializable {
  /** No edit. */
  public static final Edits NONE = new Edits(0);

  private static final Edit[] ALL = Edit.values();
  private static final HeaderRule[] RULES = HeaderRule.values();
  private static final int FINDINGS = 40;
  private static final int IMPRESSION = 52;
  private static final int STATUS = 60;
  private static final ReportStatus[] STATUSES = ReportStatus.values();

  /** These and one more. */
  @SuppressWarnings("EnumOrdinal")
  public Edits and(Edit edit) {
    return new Edits(bits | 1L << edit.ordinal());
  }

  /** Whether one is among them. */
  @SuppressWarnings("EnumOrdinal")
  public boolean has(Edit edit) {
    return (bits & 1L << edit.ordinal()) != 0;
  }

  /** Hands over each. */
  public void forEach(Consumer<Edit> to) {
    for (Edit edit : ALL) {
      if (has(edit)) {
        to.accept(edit);
      }
    }
  }

  /** These, and by which rules the sections were found. */
  @SuppressWarnings("EnumOrdinal")
  public Edits found(HeaderRule findings, HeaderRule impression) {
    return new Edits(
        bits | 1L << (FINDINGS + findings.ordinal()) | 1L << (IMPRESSION + impression.ordinal()));
  }

  /** Hands over the rules by which the findings and the impression were found, if any were. */
  public void ifFound(BiConsumer<HeaderRule, HeaderRule> to) {
    HeaderRule findings = rule(FINDINGS);
    HeaderRule impression = rule(IMPRESSION);
    if (findings != null && impression != null) {
      to.accept(findings, impression);
    }
  }

  /** These, and the status that the report was sent with. */
  @SuppressWarnings("EnumOrdinal")
  public Edits stated(ReportStatus status) {
    return new Edits(bits | 1L << (STATUS + status.ordinal()));
  }

  /** The status that the report was sent with. */
  @SuppressWarnings("EnumOrdinal")
  public ReportStatus status() {
    for (ReportStatus status : STATUSES) {
      if ((bits & 1L << (STATUS + status.ordinal())) != 0) {
        return status;
      }
    }
    return ReportStatus.UNSTATED;
  }

  @SuppressWarnings("EnumOrdinal")
  private HeaderRule rule(int shift) {
    for (HeaderRule rule : RULES) {
      if ((bits & 1L << (shift + rule.ordinal())) != 0) {
        return rule;
      }
    }
    return null;
  }
}
