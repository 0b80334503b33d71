package org.radllama.ingest.read;

import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.format.ReportTable;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.ReportStatus;

/** The columns of a {@link ReportTable}, which no setting names. */
enum ReportColumns implements RowMapping {
  INSTANCE;

  @Override
  public Outcome<Document> document(Cells row, ReportPlace place) {
    String withdrawn = row.text(ReportTable.WITHDRAWN);
    Outcome<String> id = RowMapping.id(row, ReportTable.ID, place);
    if (!withdrawn.isEmpty()) {
      String named = id.isKept() ? id.value() : place.id();
      return rejected(named, row, place, Reason.WITHDRAWN, withdrawn);
    }
    return id.then(full -> document(row, place, full));
  }

  private static ReportStatus status(Cells row) {
    String status = row.text(ReportTable.STATUS);
    return status.isEmpty() ? ReportStatus.UNSTATED : ReportStatus.valueOf(status);
  }

  private static Outcome<Document> rejected(
      String id, Cells row, ReportPlace place, Reason reason, String detail) {
    return new Rejection(id, place.source(), place.origin(), reason, detail, status(row)).outcome();
  }

  private static Outcome<Document> document(Cells row, ReportPlace place, String full) {
    String patient = row.cell(ReportTable.PATIENT);
    if (!ReportIds.isValid(patient)) {
      Reason reason = patient.isEmpty() ? Reason.MISSING_PATIENT : Reason.MALFORMED_ID;
      return rejected(full, row, place, reason, ReportTable.PATIENT);
    }
    ReportStatus status = status(row);
    Edits edits = Edits.NONE.stated(status);
    edits = status == ReportStatus.PRELIMINARY ? edits.and(Edit.PRELIMINARY) : edits;
    String text = Utf8Text.universalNewlines(row.text(ReportTable.TEXT));
    return Outcome.kept(
        new Document(
            full,
            place.source(),
            patient,
            place.origin(),
            Label.UNKNOWN,
            null,
            edits,
            new Document.FreeText(text)));
  }
}
