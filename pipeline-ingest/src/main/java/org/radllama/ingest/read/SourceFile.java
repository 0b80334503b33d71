package org.radllama.ingest.read;

import java.io.Serializable;
import org.radllama.ingest.format.ZipMember;
import org.radllama.ingest.record.Reason;

/**
 * Something to read.
 *
 * @param kind its format
 * @param source the corpus
 * @param path a Hadoop path
 * @param bytes its length as listed
 * @param index its place in the listing of all sources
 * @param rows how many records to read at most, for files of many
 * @param part what of the file is meant
 */
public record SourceFile(
    SourceKind kind, String source, String path, long bytes, int index, int rows, Part part)
    implements Serializable {

  /** What of a file is meant. */
  public sealed interface Part extends Serializable {}

  /** One report. */
  record OneReport() implements Part {}

  /**
   * A table of reports.
   *
   * @param name stands before the numbers of its rows where there are several tables, else empty
   */
  record Rows(String name) implements Part {}

  /** A tar archive of reports, read from its beginning. */
  record Tar() implements Part {}

  /** One report in a zip archive. */
  record InZip(ZipMember member) implements Part {}

  /**
   * Nothing that can be read.
   *
   * @param name its name below the source's root
   */
  record Refused(String name, Reason reason, String detail) implements Part {}

  /** The same with another limit. */
  public SourceFile withRows(int most) {
    return new SourceFile(kind, source, path, bytes, index, most, part);
  }

  /** Whether it is one record. */
  public boolean isOneRecord() {
    return !(part instanceof Rows || part instanceof Tar);
  }

  /** Whether it was refused when it was listed. */
  public boolean isRefused() {
    return part instanceof Refused;
  }

  /** The origin of a row of this file. */
  long origin(int row) {
    return origin(index, row);
  }

  /** The origin of a row of what has this place in the listing. */
  static long origin(int index, int row) {
    return (long) index << 32 | row;
  }

  /** Where its one record comes from. */
  ReportPlace place() {
    String at = part instanceof InZip zip ? zip.member().name() : path;
    return new ReportPlace(source, at, origin(0));
  }
}
