package org.radllama.ingest.format;

/** The columns of a table, by name. */
public interface NamedColumns {
  /** Whether there is such a column, as far as the table says before its first record. */
  boolean hasColumn(String name);

  /** Whether records may leave out columns, so that one which was not seen yet may still come. */
  default boolean isSparse() {
    return false;
  }

  /**
   * The columns seen so far, with what may be wrong, as the end of a message about one that is
   * missing. Names only.
   */
  String seen();
}
