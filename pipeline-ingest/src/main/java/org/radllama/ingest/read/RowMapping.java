package org.radllama.ingest.read;

import org.radllama.ingest.format.Table;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** Which columns of a table hold what. */
interface RowMapping {
  /** The document of a row; it is rejected under the name given. */
  Outcome<Document> document(Table.Row row, RowPlace place);

  /**
   * Where a row is.
   *
   * @param source the corpus
   * @param name what stands for its id while that is unknown
   * @param origin see {@link Document}
   */
  record RowPlace(String source, String name, long origin) {
    Outcome<Document> reject(Reason reason, String detail) {
      return new ReportPlace(source, name, origin).rejectAs(name, reason, detail);
    }
  }
}
