package org.radllama.ingest.read;

import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** Which columns of a table hold what. */
interface RowMapping {
  /** The document of a row; while its id is unknown it is rejected under its place's name. */
  Outcome<Document> document(Cells row, ReportPlace place);

  /** The report's full id from a column that holds it. */
  static Outcome<String> id(Cells row, String column, ReportPlace place) {
    String raw = row.cell(column);
    if (raw.isEmpty()) {
      return place.reject(Reason.MISSING_ID, "column " + column);
    }
    return ReportIds.isValid(raw)
        ? Outcome.kept(ReportIds.of(place.source(), raw))
        : place.reject(Reason.MALFORMED_ID, "column " + column);
  }
}
