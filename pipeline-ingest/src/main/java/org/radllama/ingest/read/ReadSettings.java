package org.radllama.ingest.read;

import java.io.Serializable;

/**
 * How files are read.
 *
 * @param maxReportBytes the longest report or row
 * @param maxArchiveBytes the most that an archive or gzipped file may unpack to
 * @param columns where a table of {@link SourceKind#REPORTS} has what
 */
public record ReadSettings(int maxReportBytes, long maxArchiveBytes, ColumnMapping columns)
    implements Serializable {}
