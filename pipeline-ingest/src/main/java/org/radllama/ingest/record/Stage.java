package org.radllama.ingest.record;

import java.util.Locale;

/** The stages that can reject a record, in the order in which it passes them. */
public enum Stage {
  LIST,
  READ,
  /** What FHIR and HL7 say of a report as a whole. */
  STATUS,
  SECTION,
  CLEAN,
  SPLIT;

  /** The name in {@code rejected.jsonl}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
