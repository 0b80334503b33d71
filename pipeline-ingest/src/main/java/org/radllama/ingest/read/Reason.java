package org.radllama.ingest.read;

import java.util.Locale;

/** Why a record was rejected. Those of stage {@link Stage#READ} count as unreadable. */
public enum Reason {
  /** The file could not be opened or read to its end. */
  UNREADABLE(Stage.READ),
  /** The file or row has no content. */
  EMPTY(Stage.READ),
  /** The file or row is longer than {@code read.max-report-bytes}. */
  TOO_LARGE(Stage.READ),
  /** The bytes are not UTF-8. */
  NOT_UTF8(Stage.READ),
  /** A NUL byte: binary content, or text in UTF-16. */
  BINARY(Stage.READ),
  /** Not well-formed XML, not an {@code eCitation}, or nested too deeply. */
  MALFORMED_XML(Stage.READ),
  /** The XML declares a document type, which could name external or expanding entities. */
  FORBIDDEN_DOCTYPE(Stage.READ),
  /** A CSV row with another number of cells than its header, or with a quote never closed. */
  MALFORMED_ROW(Stage.READ),
  /** The record does not say which report it is. */
  MISSING_ID(Stage.READ),
  /** Another record of the same id came before it. */
  DUPLICATE_ID(Stage.READ),
  /** One of the 54 MIMIC-CXR studies whose sections the official parser does not separate. */
  CUSTOM_RULE(Stage.SECTION),
  /** An impression without findings. */
  NO_FINDINGS(Stage.SECTION),
  /** Findings without an impression. */
  NO_IMPRESSION(Stage.SECTION),
  /** Neither findings nor impression. */
  NEITHER(Stage.SECTION),
  /** Fewer words than {@code clean.min-findings-words}. */
  SHORT_FINDINGS(Stage.CLEAN),
  /** Fewer words than {@code clean.min-impression-words}. */
  SHORT_IMPRESSION(Stage.CLEAN),
  /** The source's split file does not name the report. */
  NOT_IN_SPLIT_FILE(Stage.SPLIT);

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
