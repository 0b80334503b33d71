package org.radllama.ingest.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/** A CSV file whose first row names its columns. */
public final class CsvTable implements RecordTable {
  private static final String DELIMITERS = ";\t|,";

  private final CsvReader csv;
  private final char delimiter;
  private final List<String> header;

  /** Opens a table and reads its header. */
  public CsvTable(InputStream in, int maxBytes, char delimiter) throws IOException {
    this.csv = new CsvReader(in, maxBytes, delimiter);
    this.delimiter = delimiter;
    Outcome<List<String>> first = csv.next();
    if (first == null || !first.isKept()) {
      csv.close();
      throw new MissingColumns(
          first == null
              ? "is empty"
              : "has a header that cannot be read: %s, %s (see reports.encoding)"
                  .formatted(first.rejection().reason().label(), first.rejection().detail()));
    }
    header = first.value().stream().map(Whitespace::strip).toList();
    csv.limitCells(Math.max(1, header.size()));
  }

  @Override
  public boolean hasColumn(String name) {
    return header.contains(name);
  }

  @Override
  public String seen() {
    String only = header.get(0);
    if (header.size() == 1) {
      for (int i = 0; i < DELIMITERS.length(); i++) {
        char other = DELIMITERS.charAt(i);
        if (other != delimiter && only.indexOf(other) >= 0) {
          return ColumnNames.seenFirst(
                  List.of(only.split(Pattern.quote(String.valueOf(other)), -1)))
              + "; they are taken apart by %s, not by %s (reports.delimiter)"
                  .formatted(name(other), name(delimiter));
        }
      }
    }
    return ColumnNames.seenFirst(header);
  }

  private static String name(char delimiter) {
    return delimiter == '\t' ? "tabs" : "\"" + delimiter + "\"";
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    Outcome<List<String>> row = csv.next();
    return row == null ? null : row.then(this::named);
  }

  private Outcome<Cells> named(List<String> cells) {
    if (cells.size() != header.size()) {
      return Outcome.rejected(
          Reason.MALFORMED_ROW, cells.size() + " cells, the header has " + header.size());
    }
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      named.putIfAbsent(header.get(i), cells.get(i));
    }
    return Outcome.kept(new Cells(named));
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
