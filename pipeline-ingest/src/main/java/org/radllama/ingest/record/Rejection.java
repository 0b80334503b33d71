package org.radllama.ingest.record;

import java.io.Serializable;

/**
 * A record that was rejected.
 *
 * @param id the report's id, or what stands for it where it has none (file name, row number)
 * @param source the corpus
 * @param origin where it came from, see {@link Document}
 * @param reason why
 * @param detail numbers, offsets and settings for a person, never text of the record; may be empty
 * @param status what whoever sent the report says of it
 */
public record Rejection(
    String id, String source, long origin, Reason reason, String detail, ReportStatus status)
    implements Serializable {
  /** A rejection of a record without a status. */
  public Rejection(String id, String source, long origin, Reason reason, String detail) {
    this(id, source, origin, reason, detail, ReportStatus.UNSTATED);
  }

  /** A rejection by a format, which knows neither id nor source. */
  static Rejection unnamed(Reason reason, String detail) {
    return new Rejection("", "", -1, reason, detail);
  }

  /** The same rejection of the record that it concerns. */
  public Rejection named(String recordId, String corpus, long place) {
    return new Rejection(recordId, corpus, place, reason, detail, status);
  }

  /** The outcome of a step that rejects. */
  public <T> Outcome<T> outcome() {
    return Outcome.rejected(this);
  }
}
