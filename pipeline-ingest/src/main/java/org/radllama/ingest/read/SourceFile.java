package org.radllama.ingest.read;

import java.io.Serializable;

/**
 * A file to read.
 *
 * @param kind its format
 * @param path a Hadoop path
 * @param bytes its length as listed
 * @param index its place in the listing of all sources
 * @param rows how many rows to read at most, for formats of many reports
 */
public record SourceFile(SourceKind kind, String path, long bytes, int index, int rows)
    implements Serializable {

  /** The origin of a row of this file. */
  public long origin(int row) {
    return (long) index << 32 | row;
  }

  /** The last part of the path without its extension. */
  String stem() {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** What stands for the id where the content gave none. */
  String fallbackId() {
    return ReportIds.of(kind.source(), stem());
  }

  /** The file's record rejected. */
  <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(fallbackId(), kind.source(), origin(0), reason, detail).outcome();
  }
}
