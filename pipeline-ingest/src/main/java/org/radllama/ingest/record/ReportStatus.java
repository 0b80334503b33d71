package org.radllama.ingest.record;

import java.util.Locale;

/** How far a report had come when it was sent; {@link Version} says what that means. */
public enum ReportStatus {
  /** Somebody has still to sign it. */
  PRELIMINARY,
  /** Nobody says. */
  UNSTATED,
  /** Signed. HL7 calls a corrected one final as well. */
  FINAL,
  /** Changed after it was final, in FHIR, where resources have no order. */
  CORRECTED;

  /** The name in details of rejections. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
