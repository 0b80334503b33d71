package org.radllama.ingest.read;

import java.io.IOException;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;

/** The reports of a table, in its order. */
final class TableReports extends OpenRecords<Outcome<Cells>> {
  private final RecordTable table;
  private final RowMapping mapping;
  private final IdHash ids;
  private final String prefix;

  TableReports(SourceFile file, RecordTable table, RowMapping mapping, IdHash ids) {
    super(file, table, "row");
    this.table = table;
    this.mapping = mapping;
    this.ids = ids;
    String folder = file.part() instanceof SourceFile.Rows rows ? ids.name(rows.name()) : "";
    this.prefix = folder.isEmpty() ? "row-" : folder + "/row-";
    advance();
  }

  @Override
  Outcome<Cells> read() throws IOException {
    return row() < file().rows() ? table.next() : null;
  }

  @Override
  Outcome<Document> document(Outcome<Cells> cells) {
    ReportPlace place =
        new ReportPlace(file().source(), prefix + row(), file().origin(row()), true);
    return ids.hashed(place.named(cells).then(row -> mapping.document(row, place)), place);
  }
}
