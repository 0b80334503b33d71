package org.radllama.ingest.format;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;

/**
 * Values of typed columns as text: numbers in plain decimal digits without zeros at the end of a
 * fraction, dates and times as in ISO 8601.
 */
final class CellText {
  private CellText() {}

  /** A text, which must be UTF-8 and no longer than a report may be; empty if it has no bytes. */
  static Outcome<String> text(String column, byte[] bytes, int maxBytes) {
    if (bytes.length > maxBytes) {
      return Outcome.rejected(Reason.TOO_LARGE, bytes.length + " bytes (read.max-report-bytes)");
    }
    Outcome<String> text = Utf8Text.decode(bytes);
    if (text.isKept()) {
      return text;
    }
    Rejection bad = text.rejection();
    return bad.reason() == Reason.EMPTY
        ? Outcome.kept("")
        : Outcome.rejected(bad.reason(), "column " + column + ", " + bad.detail());
  }

  /**
   * What Spark's rows hold for numbers, dates and times.
   *
   * @throws IllegalArgumentException for anything else
   */
  static String of(Object value) {
    if (value instanceof Float || value instanceof Double) {
      return number(value.toString());
    }
    if (value instanceof BigDecimal decimal) {
      return plain(decimal);
    }
    if (value instanceof Number whole) {
      return Long.toString(whole.longValue());
    }
    if (value instanceof LocalDateTime time) {
      return time(time);
    }
    // The session's spark.sql.datetime.java8API.enabled decides which of two they are.
    if (value instanceof LocalDate || value instanceof java.sql.Date) {
      LocalDate date = value instanceof java.sql.Date old ? old.toLocalDate() : (LocalDate) value;
      return date.toString();
    }
    if (value instanceof Instant || value instanceof java.sql.Timestamp) {
      Instant instant = value instanceof java.sql.Timestamp old ? old.toInstant() : (Instant) value;
      return time(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + "Z";
    }
    throw new IllegalArgumentException(value.getClass().getName());
  }

  static String time(LocalDateTime time) {
    return time.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME);
  }

  /** Not a number is how pandas writes that there is none. */
  static String number(String digits) {
    return digits.equals("NaN") || digits.endsWith("Infinity") ? "" : plain(new BigDecimal(digits));
  }

  static String plain(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
