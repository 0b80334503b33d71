package org.radllama.ingest.format;

/**
 * Reports in a format of their own, which says itself what is what: the columns are {@link #ID},
 * {@link #PATIENT} and {@link #TEXT}, a whole report, and what is said of its {@link #STATUS}.
 */
public abstract class ReportTable implements RecordTable {
  /** The report's id. */
  public static final String ID = "id";

  /** Its patient. */
  public static final String PATIENT = "patient";

  /** The whole report. */
  public static final String TEXT = "text";

  /** The name of its {@link org.radllama.ingest.record.ReportStatus}; empty for none. */
  public static final String STATUS = "status";

  /** FHIR's {@code meta.lastUpdated}, {@code meta.versionId} and {@code issued}; empty for none. */
  public static final String UPDATED = "updated";

  /** See {@link #UPDATED}. */
  public static final String VERSION = "version";

  /** See {@link #UPDATED}. */
  public static final String ISSUED = "issued";

  @Override
  public final boolean hasColumn(String name) {
    return name.equals(ID) || name.equals(PATIENT) || name.equals(TEXT);
  }

  @Override
  public final String seen() {
    return "";
  }
}
