package org.radllama.ingest.record;

import java.io.Serializable;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * A set of {@link Edit}s, the {@link HeaderRule}s by which the two sections were found, and the
 * {@link Version}; small, since every report carries one through Spark.
 *
 * @param bits one for each constant, those of the rules above the others; it never leaves the job
 * @param version which of the report's versions it is
 */
public record Edits(long bits, Version version) implements Serializable {
  /** No edit. */
  public static final Edits NONE = new Edits(0, Version.NONE);

  private static final Edit[] ALL = Edit.values();
  private static final HeaderRule[] RULES = HeaderRule.values();
  private static final int FINDINGS = 40;
  private static final int IMPRESSION = 52;

  /** These and one more. */
  @SuppressWarnings("EnumOrdinal")
  public Edits and(Edit edit) {
    return new Edits(bits | 1L << edit.ordinal(), version);
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
        bits | 1L << (FINDINGS + findings.ordinal()) | 1L << (IMPRESSION + impression.ordinal()),
        version);
  }

  /** Hands over the rules by which the findings and the impression were found, if any were. */
  public void ifFound(BiConsumer<HeaderRule, HeaderRule> to) {
    HeaderRule findings = rule(FINDINGS);
    HeaderRule impression = rule(IMPRESSION);
    if (findings != null && impression != null) {
      to.accept(findings, impression);
    }
  }

  /** These, of a version of the report. */
  public Edits of(Version stated) {
    return new Edits(bits, stated);
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
