package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.radllama.ingest.record.Outcome;
import org.radllama.text.Whitespace;

/** A file of many records with named columns. */
public interface RecordTable extends NamedColumns, Closeable {
  /** A record's values by column, absent ones missing. */
  record Cells(Map<String, String> byColumn) {
    /** A column's value without white space at its ends; empty if it has none. */
    public String cell(String column) {
      return Whitespace.strip(text(column));
    }

    /** A column's value as it stands. */
    public String text(String column) {
      return byColumn.getOrDefault(column, "");
    }

    @Override
    public String toString() {
      return format("Cells[%d]", byColumn.size());
    }
  }

  /** The next record or why it cannot be read; null behind the last. */
  Outcome<Cells> next() throws IOException;

  /** The file lacks columns that it should have. */
  final class MissingColumns extends IOException {
    /** What is missing, and what is there. */
    public MissingColumns(String message) {
      super(message);
    }
  }
}
