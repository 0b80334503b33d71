package org.radllama.ingest.section;

import static org.radllama.text.Format.format;

/**
 * One section of a report.
 *
 * @param name the normalised name, such as {@code findings}
 * @param text the text as it stands, not stripped
 * @param start where the text starts, in code points of the report
 */
record Section(String name, String text, int start) {
  /** The name and place only. */
  @Override
  public String toString() {
    return format("Section[%s at %d, %d chars]", name, start, text.length());
  }
}
