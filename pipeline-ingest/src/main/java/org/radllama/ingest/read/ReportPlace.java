package org.radllama.ingest.read;

import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/**
 * Where a record comes from.
 *
 * @param source the corpus
 * @param path the file's path, or the name of an archive's entry
 * @param origin see {@link Document}
 */
record ReportPlace(String source, String path, long origin) {
  private static final int SHOWN = 160;

  /** The last part of the path without its extension. */
  String stem() {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The folder it lies in, without those above; empty if there is none. */
  String folder() {
    int end = Math.max(path.lastIndexOf('/'), 0);
    return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  /** What stands for the id where the content gave none. */
  String fallbackId() {
    return ReportIds.of(source, shown(stem()));
  }

  /** The record rejected. */
  <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(fallbackId(), source, origin, reason, detail).outcome();
  }

  /** The same, named by the whole path below the source's root, since it may be anything. */
  <T> Outcome<T> rejectAs(String relative, Reason reason, String detail) {
    return new Rejection(source + "/" + shown(relative), source, origin, reason, detail).outcome();
  }

  /** A name from outside as it may be printed. */
  private static String shown(String name) {
    String printable = name.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
  }
}
