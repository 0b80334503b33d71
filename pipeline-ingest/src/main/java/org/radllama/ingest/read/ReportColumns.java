package org.radllama.ingest.read;

import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.format.ReportTable;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/** The columns of a {@link ReportTable}, which no setting names. */
enum ReportColumns implements RowMapping {
  INSTANCE;

  @Override
  public Outcome<Document> document(Cells row, ReportPlace place) {
    return RowMapping.id(row, ReportTable.ID, place).then(full -> document(row, place, full));
  }

  private static Outcome<Document> document(Cells row, ReportPlace place, String full) {
    String patient = row.cell(ReportTable.PATIENT);
    if (!ReportIds.isValid(patient)) {
      Reason reason = patient.isEmpty() ? Reason.MISSING_PATIENT : Reason.MALFORMED_ID;
      return new Rejection(full, place.source(), place.origin(), reason, ReportTable.PATIENT)
          .outcome();
    }
    String text = Utf8Text.universalNewlines(row.text(ReportTable.TEXT));
    return Outcome.kept(
        new Document(
            full,
            place.source(),
            patient,
            place.origin(),
            Label.UNKNOWN,
            null,
            Edits.NONE,
            new Document.FreeText(text)));
  }
}
