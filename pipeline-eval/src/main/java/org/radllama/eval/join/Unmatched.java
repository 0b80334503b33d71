package org.radllama.eval.join;

import java.util.Locale;

/**
 * An id that found no partner: a line of {@code unmatched.jsonl}.
 *
 * @param system whose
 * @param scores whether in its scores from elsewhere, else in its answers
 * @param kind why
 */
public record Unmatched(String system, boolean scores, Kind kind) {
  /** Why an id found no partner. */
  public enum Kind {
    /** Among the reports, not in the file. */
    MISSING,
    /** In the file, not among the reports. */
    EXTRA,
    /** In the file before. */
    DUPLICATE;

    /** The name in files. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
