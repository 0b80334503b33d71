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
 * @param version which of the report's versions it is
 */
public record Rejection(
    String id, String source, long origin, Reason reason, String detail, Version version)
    implements Serializable {
  /** A rejection of a record that says nothing of versions. */
  public Rejection(String id, String source, long origin, Reason reason, String detail) {
    this(id, source, origin, reason, detail, Version.NONE);
  }

  /** A rejection by a format, which knows neither id nor source. */
  static Rejection unnamed(Reason reason, String detail) {
    return unnamed("", reason, detail, Version.NONE);
  }

  /**
   * A rejection by a format that knows the id but not the source.
   *
   * @param id as the record has it; empty if it has none
   */
  public static Rejection unnamed(String id, Reason reason, String detail, Version version) {
    return new Rejection(id, "", -1, reason, detail, version);
  }

  /** The same rejection of the record that it concerns. */
  public Rejection named(String recordId, String corpus, long place) {
    return new Rejection(recordId, corpus, place, reason, detail, version);
  }

  /** The outcome of a step that rejects. */
  public <T> Outcome<T> outcome() {
    return Outcome.rejected(this);
  }
}
