package org.radllama.ingest.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/** A CSV file whose first row names its columns. */
public final class CsvTable implements Table {
  private final CsvReader csv;
  private final List<String> header;

  public CsvTable(InputStream in, int maxBytes, char delimiter) throws IOException {
    this.csv = new CsvReader(in, maxBytes, delimiter);
    CsvReader.Row first = csv.next();
    if (first == null || !first.ok()) {
      csv.close();
      throw new Table.MissingColumns(
          first == null
              ? "is empty"
              : "has a header that cannot be read: %s, %s"
                  .formatted(first.reason().label(), first.detail()));
    }
    header = first.cells().stream().map(Whitespace::strip).toList();
    csv.limitCells(Math.max(1, header.size()));
  }

  @Override
  public boolean hasColumn(String name) {
    return header.contains(name);
  }

  @Override
  public Row next() throws IOException {
    CsvReader.Row row = csv.next();
    if (row == null) {
      return null;
    }
    if (!row.ok()) {
      return Row.bad(row.reason(), row.detail());
    }
    List<String> cells = row.cells();
    if (cells.size() != header.size()) {
      return Row.bad(
          Reason.MALFORMED_ROW, cells.size() + " cells, the header has " + header.size());
    }
    Map<String, String> named = new HashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      named.putIfAbsent(header.get(i), cells.get(i));
    }
    return Row.of(named);
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }
}
