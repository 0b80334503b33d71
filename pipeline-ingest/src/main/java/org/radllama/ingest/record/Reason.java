package org.radllama.ingest.record;

import java.util.Locale;

/** Why a record was rejected. Those of stage {@link Stage#READ} count as unreadable. */
public enum Reason {
  /** A file or folder among the reports that is not named or placed like one. */
  NOT_A_REPORT(Stage.LIST),
  /** The file could not be opened or read to its end, or the link leads nowhere or out. */
  UNREADABLE(Stage.READ),
  /** The file or row has no content. */
  EMPTY(Stage.READ),
  /** The file or row is longer than {@code read.max-report-bytes}. */
  TOO_LARGE(Stage.READ),
  /** The bytes are no text in the encoding of the file, which is UTF-8 unless it says otherwise. */
  NOT_UTF8(Stage.READ),
  /** A NUL byte: binary content, or text in UTF-16. */
  BINARY(Stage.READ),
  /** Not well-formed XML, not an {@code eCitation}, or nested too deeply. */
  MALFORMED_XML(Stage.READ),
  /** The XML declares a document type, which could name external or expanding entities. */
  FORBIDDEN_DOCTYPE(Stage.READ),
  /** An archive's entry that points outside, is a link, is encrypted or shares another's bytes. */
  UNSAFE_ENTRY(Stage.READ),
  /** A CSV row with another number of cells than its header, or text behind a closing quote. */
  MALFORMED_ROW(Stage.READ),
  /** A CSV row with a quote that is not closed; reading goes on at the next line. */
  UNCLOSED_QUOTE(Stage.READ),
  /** A line of JSONL that is not one JSON object of texts and whole numbers. */
  MALFORMED_JSON(Stage.READ),
  /** The record does not say which report it is. */
  MISSING_ID(Stage.READ),
  /** An id or patient longer than 128 characters or with white space: probably another column. */
  MALFORMED_ID(Stage.READ),
  /** {@code reports.patient} is set and empty in this record. */
  MISSING_PATIENT(Stage.READ),
  /** Another record of the same id came before it. */
  DUPLICATE_ID(Stage.READ),
  /** Whoever sent the report says that it was cancelled, or entered in error. */
  WITHDRAWN(Stage.STATUS),
  /** Another version of the report counts, see {@link Version}. */
  SUPERSEDED(Stage.STATUS),
  /**
   * The version of the report that counts was itself rejected, so that this older one is not used.
   */
  VERSION_REJECTED(Stage.STATUS),
  /** An addendum without its report, which stays as it was. */
  ADDENDUM_ONLY(Stage.STATUS),
  /** One of the 54 MIMIC-CXR studies whose sections the official parser does not separate. */
  CUSTOM_RULE(Stage.SECTION),
  /** An impression without findings. */
  NO_FINDINGS(Stage.SECTION),
  /** Findings without an impression. */
  NO_IMPRESSION(Stage.SECTION),
  /** Neither findings nor impression. */
  NEITHER(Stage.SECTION),
  /** A second report inside a section, under {@code clean.second-report = reject}. */
  SECOND_REPORT(Stage.CLEAN),
  /** Nothing of the impression is left without the sentences that say who was informed. */
  COMMUNICATION_ONLY(Stage.CLEAN),
  /** Fewer words than {@code clean.min-findings-words}. */
  SHORT_FINDINGS(Stage.CLEAN),
  /** Fewer words than {@code clean.min-impression-words}. */
  SHORT_IMPRESSION(Stage.CLEAN),
  /** The source's split file does not name the report. */
  NOT_IN_SPLIT_FILE(Stage.SPLIT),
  /** {@code reports.split} is set and holds no split's name in this record. */
  MISSING_SPLIT(Stage.SPLIT);

  private final Stage stage;

  Reason(Stage stage) {
    this.stage = stage;
  }

  /** Where it happens. */
  public Stage stage() {
    return stage;
  }

  /** The name in {@code rejected.jsonl} and in the manifest's counts. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
