package org.radllama.ingest.read;

import java.io.IOException;
import java.util.NoSuchElementException;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.Table;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;

/** The reports of a table, in its order. */
final class TableReports implements OpenRecords {
  private final SourceFile file;
  private final Table table;
  private final RowMapping mapping;
  private int row;
  private Table.Row next;

  TableReports(SourceFile file, Table table, RowMapping mapping) {
    this.file = file;
    this.table = table;
    this.mapping = mapping;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Outcome<Document> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    RowMapping.RowPlace place = new RowMapping.RowPlace(file.source(), rowName(), file.origin(row));
    Outcome<Document> outcome =
        next.ok() ? mapping.document(next, place) : place.reject(next.reason(), next.detail());
    advance();
    return outcome;
  }

  private String rowName() {
    String folder = file.part() instanceof SourceFile.Rows rows ? rows.name() : "";
    return (folder.isEmpty() ? "row-" : folder + "/row-") + row;
  }

  private void advance() {
    try {
      next = row < file.rows() ? table.next() : null;
      row++;
      if (next == null) {
        table.close();
      }
    } catch (IOException e) {
      String why = e instanceof Packed.TooMuch ? e.getMessage() : e.getClass().getSimpleName();
      throw new JobFailure(
          ExitCode.INPUT,
          "--%s: %s cannot be read beyond row %d (%s)"
              .formatted(file.kind().flag(), file.path(), row, why),
          e);
    }
  }

  @Override
  public void close() throws IOException {
    table.close();
  }
}
