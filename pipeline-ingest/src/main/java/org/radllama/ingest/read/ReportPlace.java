package org.radllama.ingest.read;

import java.util.regex.Pattern;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/**
 * Where a record comes from.
 *
 * @param source the corpus
 * @param path the file's path, the name of an archive's entry, or a row's name
 * @param origin see {@link Document}
 * @param byPath whether the whole path stands for the id that the content did not give, since it
 *     may be anything; otherwise the file's name does
 */
record ReportPlace(String source, String path, long origin, boolean byPath) {
  private static final int SHOWN = 160;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  /** The place of a file named like its report. */
  ReportPlace(String source, String path, long origin) {
    this(source, path, origin, false);
  }

  /** The same place, named by the whole path below the source's root. */
  ReportPlace at(String relative) {
    return new ReportPlace(source, relative, origin, true);
  }

  /** The folder it lies in, without those above; empty if there is none. */
  String folder() {
    int end = Math.max(path.lastIndexOf('/'), 0);
    return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  /** What stands for the id where the content gave none. */
  String id() {
    return byPath ? source + "/" + shown(path) : ReportIds.of(source, shown(stem()));
  }

  /** The last part of the path without its extension. */
  private String stem() {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /** The record rejected. */
  <T> Outcome<T> reject(Reason reason, String detail) {
    return new Rejection(id(), source, origin, reason, detail).outcome();
  }

  /** The record rejected by a format, which may know its id. */
  <T> Outcome<T> reject(Rejection unnamed) {
    String id = ReportIds.isValid(unnamed.id()) ? ReportIds.of(source, unnamed.id()) : id();
    return unnamed.named(id, source, origin).outcome();
  }

  /** What a format made of the record, its rejection named. */
  <T> Outcome<T> named(Outcome<T> outcome) {
    return outcome.isKept() ? outcome : reject(outcome.rejection());
  }

  /** A name from outside as it may be printed. */
  private static String shown(String name) {
    String printable = CONTROL.matcher(name).replaceAll("?");
    return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
  }
}
