package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.JobFailure;

/**
 * OpenI as one CSV file, recognised by its header: Kaggle's {@code uid,MeSH,Problems,image,
 * indication,comparison,findings,impression}, or the sections form {@code ids,finding,impression}.
 */
final class OpenICsv implements Iterator<Outcome<Document>>, AutoCloseable {
  private final SourceFile file;
  private final CsvReader csv;
  private final List<String> header;
  private final Map<String, Integer> columns = new HashMap<>();
  private final String idColumn;
  private final String findingsColumn;
  private int row;
  private CsvReader.Row next;

  OpenICsv(SourceFile file, InputStream in, int maxBytes) throws IOException {
    this.file = file;
    this.csv = new CsvReader(in, maxBytes);
    CsvReader.Row first = csv.next();
    this.header =
        first == null || !first.ok()
            ? List.of()
            : first.cells().stream().map(Whitespace::strip).toList();
    for (int i = 0; i < header.size(); i++) {
      columns.putIfAbsent(header.get(i), i);
    }
    if (columns.keySet().containsAll(List.of("uid", "findings", "impression"))) {
      idColumn = "uid";
      findingsColumn = "findings";
    } else if (columns.keySet().containsAll(List.of("ids", "finding", "impression"))) {
      idColumn = "ids";
      findingsColumn = "finding";
    } else {
      csv.close();
      throw JobFailure.input(
          "--openi-csv: %s has neither of the known headers (uid,...,findings,impression or"
                  .formatted(file.path())
              + " ids,finding,impression)");
    }
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
    Outcome<Document> outcome = document(next);
    advance();
    return outcome;
  }

  @Override
  public void close() throws IOException {
    csv.close();
  }

  private void advance() {
    try {
      next = row < file.rows() ? csv.next() : null;
      row++;
      if (next == null) {
        csv.close();
      }
    } catch (IOException e) {
      throw new JobFailure(
          ExitCode.INPUT,
          "--openi-csv: %s cannot be read beyond row %d".formatted(file.path(), row),
          e);
    }
  }

  private Outcome<Document> document(CsvReader.Row cells) {
    if (!cells.ok()) {
      return reject(cells.reason(), cells.detail());
    }
    if (cells.cells().size() != header.size()) {
      return reject(
          Reason.MALFORMED_ROW, cells.cells().size() + " cells, the header has " + header.size());
    }
    if (cell(cells, idColumn).isEmpty()) {
      return reject(Reason.MISSING_ID, "column " + idColumn);
    }
    String source = file.kind().source();
    String id = ReportIds.of(source, cell(cells, idColumn));
    return Outcome.kept(
        new Document(
            id,
            source,
            ReportIds.bare(id),
            file.origin(row),
            label(cells),
            new Document.SectionTexts(cell(cells, findingsColumn), cell(cells, "impression"))));
  }

  private Label label(CsvReader.Row cells) {
    Label mesh = Label.of(terms(cells, "MeSH"));
    Label problems = Label.of(terms(cells, "Problems"));
    if (mesh == Label.NORMAL || problems == Label.NORMAL) {
      return Label.NORMAL;
    }
    return mesh == Label.UNKNOWN ? problems : mesh;
  }

  private List<String> terms(CsvReader.Row cells, String column) {
    return columns.containsKey(column)
        ? new ArrayList<>(Arrays.asList(cell(cells, column).split(";")))
        : List.of();
  }

  private String cell(CsvReader.Row cells, String column) {
    return Whitespace.strip(cells.cells().get(columns.get(column)));
  }

  private Outcome<Document> reject(Reason reason, String detail) {
    String id = file.kind().source() + "/row-" + row;
    return new Rejection(id, file.kind().source(), file.origin(row), reason, detail).outcome();
  }
}
