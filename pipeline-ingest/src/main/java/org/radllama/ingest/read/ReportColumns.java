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
import org.radllama.ingest.record.Version;

/** The columns of a {@link ReportTable}, which no setting names. */
enum ReportColumns implements RowMapping {
  INSTANCE;

  @Override
  public Outcome<Document> document(Cells row, ReportPlace place) {
    return RowMapping.id(row, ReportTable.ID, place).then(full -> document(row, place, full));
  }

  private static Version version(Cells row) {
    String status = row.text(ReportTable.STATUS);
    return Version.of(
        status.isEmpty() ? ReportStatus.UNSTATED : ReportStatus.valueOf(status),
        row.text(ReportTable.UPDATED),
        row.text(ReportTable.VERSION),
        row.text(ReportTable.ISSUED));
  }

  private static Outcome<Document> document(Cells row, ReportPlace place, String full) {
    String patient = row.cell(ReportTable.PATIENT);
    if (!ReportIds.isValid(patient)) {
      Reason reason = patient.isEmpty() ? Reason.MISSING_PATIENT : Reason.MALFORMED_ID;
      return new Rejection(
              full, place.source(), place.origin(), reason, ReportTable.PATIENT, version(row))
          .outcome();
    }
    Version version = version(row);
    Edits edits = Edits.NONE.of(version);
    edits = version.status() == ReportStatus.PRELIMINARY ? edits.and(Edit.PRELIMINARY) : edits;
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
