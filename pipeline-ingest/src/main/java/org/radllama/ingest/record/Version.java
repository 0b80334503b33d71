package org.radllama.ingest.record;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * Which of several versions of a report a record is. The one of the greatest status counts; of
 * these the one that the server changed last, then the one of the greatest number, then the one
 * that was issued last. One that does not say is older than those that do. Of those that are equal
 * in all that, the last record counts; where nobody states anything, the first.
 *
 * @param status how far the report had come
 * @param updated when the server changed it last, in microseconds since 1970; {@link #UNKNOWN} if
 *     it does not say
 * @param number the server's number of the version; {@link #UNKNOWN} if it has none
 * @param issued when it was issued, as {@code updated}
 */
public record Version(ReportStatus status, long updated, long number, long issued)
    implements Serializable {
  /** Not said. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** Of a record that says nothing of versions. */
  public static final Version NONE = of(ReportStatus.UNSTATED);

  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
  private static final Comparator<Version> ORDER =
      Comparator.comparing(Version::status)
          .thenComparingLong(Version::updated)
          .thenComparingLong(Version::number)
          .thenComparingLong(Version::issued);

  /** Known by its status alone. */
  public static Version of(ReportStatus status) {
    return new Version(status, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  /**
   * As FHIR states it.
   *
   * @param updated {@code meta.lastUpdated}, an ISO 8601 instant; anything else is unknown
   * @param number {@code meta.versionId}; one that is no number is unknown
   * @param issued as {@code updated}
   */
  public static Version of(ReportStatus status, String updated, String number, String issued) {
    long version = DIGITS.matcher(number).matches() ? Long.parseLong(number) : UNKNOWN;
    return new Version(status, micros(updated), version, micros(issued));
  }

  private static long micros(String instant) {
    try {
      return ChronoUnit.MICROS.between(Instant.EPOCH, OffsetDateTime.parse(instant).toInstant());
    } catch (DateTimeException | ArithmeticException e) {
      return UNKNOWN;
    }
  }

  /** Whether it counts before another one of its report, given where the records came from. */
  public boolean counts(long origin, Version other, long otherOrigin) {
    int order = ORDER.compare(this, other);
    return order != 0 ? order > 0 : equals(NONE) ? origin < otherOrigin : origin > otherOrigin;
  }
}
