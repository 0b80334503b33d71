package org.radllama.ingest.privacy;

import java.io.Serializable;

/**
 * An identifier in a report that is to be published.
 *
 * @param column where it stands
 * @param kind what it is
 * @param start its first character in the published text, counted in UTF-16 units from 0
 * @param end behind its last
 * @param masked whether {@code ___} stands there now
 */
public record Found(Column column, Identifier kind, int start, int end, boolean masked)
    implements Serializable {

  /** The columns that hold text of the report. */
  public enum Column {
    /** The findings; part of {@code input} as well. */
    FINDINGS,
    /** The impression, which is {@code output} as well. */
    IMPRESSION,
    /** See {@link org.radllama.dataset.Background}. */
    INDICATION,
    /** See {@link org.radllama.dataset.Background}. */
    COMPARISON,
    /** See {@link org.radllama.dataset.Background}. */
    TECHNIQUE,
    /** See {@link org.radllama.dataset.Background}. */
    HISTORY;

    /** The column's name. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
