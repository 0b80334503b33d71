package org.radllama.ingest.record;

import java.util.Locale;

/**
 * How far a report had come when it was sent. Of several versions of one report the one of the
 * greatest status counts, of these the last; where none has a status, the first.
 */
public enum ReportStatus {
  /** Somebody has still to sign it. */
  PRELIMINARY,
  /** Nobody says. */
  UNSTATED,
  /** Signed. HL7 calls a corrected one final as well, so that of these the last counts. */
  FINAL,
  /** Changed after it was final, in FHIR, where resources have no order. */
  CORRECTED;

  /** The name in details of rejections. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a version of this status counts before another of its report. */
  public boolean counts(long origin, ReportStatus other, long otherOrigin) {
    if (this != other) {
      return compareTo(other) > 0;
    }
    return this == UNSTATED ? origin < otherOrigin : origin > otherOrigin;
  }
}
