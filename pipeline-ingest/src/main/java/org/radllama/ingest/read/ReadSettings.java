package org.radllama.ingest.read;

import java.io.Serializable;
import org.radllama.ingest.format.TableFormat;
import org.radllama.ingest.format.TextEncoding;

/**
 * How files are read.
 *
 * @param maxReportBytes the longest report or row
 * @param maxArchiveBytes the most that an archive or gzipped file may unpack to
 * @param followLinks whether links that lead out of a folder of reports are followed
 * @param columns where a table of {@link SourceKind#REPORTS} has what
 * @param encoding of such a table
 * @param format which formats such a file may have
 */
public record ReadSettings(
    int maxReportBytes,
    long maxArchiveBytes,
    boolean followLinks,
    ColumnMapping columns,
    TextEncoding encoding,
    TableFormat.Choice format)
    implements Serializable {
  /** Settings under which a file says itself what it is. */
  public ReadSettings(int maxReportBytes, long maxArchiveBytes, ColumnMapping columns) {
    this(
        maxReportBytes,
        maxArchiveBytes,
        false,
        columns,
        TextEncoding.AUTO,
        TableFormat.Choice.AUTO);
  }
}
