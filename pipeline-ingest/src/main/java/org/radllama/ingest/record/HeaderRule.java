package org.radllama.ingest.record;

import java.util.Locale;

/** By what form a section's header was recognised in a report of free form. */
public enum HeaderRule {
  /** {@code Findings:} at the start of a line. */
  COLON,
  /** {@code FINDINGS} on a line of its own. */
  OWN_LINE,
  /** A line of its own with a line of dashes or equals signs below it. */
  UNDERLINED,
  /** Marked up: {@code **Findings**}, {@code [FINDINGS]}, {@code ## Findings}. */
  MARKED,
  /** {@code FINDINGS - ...}, or a tab, a bar or wide blanks in place of the dash. */
  SEPARATOR,
  /** {@code FINDINGS The lungs ...}: capitals, and then text that is not. */
  CAPITALS,
  /** {@code ... IMPRESSION: ...} inside a line. */
  IN_LINE;

  /** The name in the manifest. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
