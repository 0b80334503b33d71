package org.radllama.ingest.read;

import java.util.List;
import org.radllama.dataset.Background;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;

/**
 * OpenI as one CSV file, recognised by its header: Kaggle's {@code uid,MeSH,Problems,image,
 * indication,comparison,findings,impression}, or the sections form {@code ids,finding,impression}.
 */
record OpenIColumns(String id, String findings) implements RowMapping {
  private static final String IMPRESSION = "impression";

  /** Recognises the form. */
  static OpenIColumns of(RecordTable table) throws RecordTable.MissingColumns {
    if (table.hasColumn("uid") && table.hasColumn("findings") && table.hasColumn(IMPRESSION)) {
      return new OpenIColumns("uid", "findings");
    }
    if (table.hasColumn("ids") && table.hasColumn("finding") && table.hasColumn(IMPRESSION)) {
      return new OpenIColumns("ids", "finding");
    }
    throw new RecordTable.MissingColumns(
        "has neither of the known headers (uid,...,findings,impression or"
            + " ids,finding,impression)"
            + table.seen());
  }

  @Override
  public Outcome<Document> document(Cells row, ReportPlace place) {
    return RowMapping.id(row, id, place)
        .then(
            full ->
                Outcome.kept(
                    new Document(
                        full,
                        place.source(),
                        ReportIds.bare(full),
                        place.origin(),
                        label(row),
                        null,
                        Edits.NONE,
                        new Document.SectionTexts(
                            row.cell(findings),
                            row.cell(IMPRESSION),
                            Background.of(section -> row.cell(section.label()))))));
  }

  private static Label label(Cells row) {
    Label mesh = Label.of(List.of(row.cell("MeSH").split(";")));
    Label problems = Label.of(List.of(row.cell("Problems").split(";")));
    if (mesh == Label.NORMAL || problems == Label.NORMAL) {
      return Label.NORMAL;
    }
    return mesh == Label.UNKNOWN ? problems : mesh;
  }
}
