package org.radllama.ingest.format;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/** A file of many records with named columns. */
public interface Table extends Closeable {
  /**
   * A record: its values by column, absent ones missing, or why it cannot be read.
   *
   * @param reason null where it can be read
   * @param detail for a person, no text of the record
   */
  record Row(Map<String, String> cells, Reason reason, String detail) {
    static Row of(Map<String, String> cells) {
      return new Row(cells, null, null);
    }

    static Row bad(Reason reason, String detail) {
      return new Row(Map.of(), reason, detail);
    }

    public boolean ok() {
      return reason == null;
    }

    /** A column's value without white space at its ends; empty if it has none. */
    public String cell(String column) {
      return Whitespace.strip(cells.getOrDefault(column, ""));
    }

    /** A column's value as it stands. */
    public String text(String column) {
      return cells.getOrDefault(column, "");
    }

    @Override
    public String toString() {
      return ok() ? "Row[%d cells]".formatted(cells.size()) : "Row[%s]".formatted(reason);
    }
  }

  /** Whether there is such a column, as far as the file says before its first record. */
  boolean hasColumn(String name);

  /** The next record, or null behind the last. */
  Row next() throws IOException;

  /** The file lacks columns that it should have. */
  final class MissingColumns extends IOException {
    /** What is missing, and what is there. */
    public MissingColumns(String message) {
      super(message);
    }
  }
}
