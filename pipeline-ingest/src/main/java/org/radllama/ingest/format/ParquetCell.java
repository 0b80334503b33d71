package org.radllama.ingest.format;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** A column's values as {@link CellText}, by its logical type. */
final class ParquetCell {
  private static final long NANOS_A_SECOND = 1_000_000_000L;

  /** Day 0 of Julian day numbers that is 1970-01-01. */
  private static final int JULIAN_EPOCH = 2_440_588;

  private ParquetCell() {}

  /** Whether a column has values that are text, numbers, dates or times. */
  static boolean isUsable(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32, INT64 ->
          logical == null
              || logical instanceof IntLogicalTypeAnnotation
              || logical instanceof DecimalLogicalTypeAnnotation
              || logical instanceof DateLogicalTypeAnnotation
              || logical instanceof TimeLogicalTypeAnnotation
              || logical instanceof TimestampLogicalTypeAnnotation;
      case BINARY -> isText(type) || logical instanceof DecimalLogicalTypeAnnotation;
      case FIXED_LEN_BYTE_ARRAY ->
          logical instanceof DecimalLogicalTypeAnnotation
              || logical instanceof UUIDLogicalTypeAnnotation;
      case INT96 -> true;
      case FLOAT, DOUBLE -> logical == null;
      case BOOLEAN -> false;
    };
  }

  /** Whether its values are bytes that should be UTF-8. */
  static boolean isText(Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY
        && (logical == null
            || logical instanceof StringLogicalTypeAnnotation
            || logical instanceof EnumLogicalTypeAnnotation
            || logical instanceof JsonLogicalTypeAnnotation);
  }

  /**
   * The value of a column that is no {@link #isText text}; empty for one that is no number.
   *
   * @param column its place among the group's columns
   */
  static String text(Group row, int column, Type type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32 -> whole(row.getInteger(column, 0), 32, logical);
      case INT64 -> whole(row.getLong(column, 0), 64, logical);
      case FLOAT -> CellText.number(Float.toString(row.getFloat(column, 0)));
      case DOUBLE -> CellText.number(Double.toString(row.getDouble(column, 0)));
      case INT96 -> julian(row.getInt96(column, 0).getBytes());
      default -> bytes(row.getBinary(column, 0).getBytes(), logical);
    };
  }

  private static String whole(long value, int bits, LogicalTypeAnnotation logical) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return CellText.plain(BigDecimal.valueOf(value, decimal.getScale()));
    }
    if (logical instanceof DateLogicalTypeAnnotation) {
      return LocalDate.ofEpochDay(value).toString();
    }
    if (logical instanceof TimeLogicalTypeAnnotation time) {
      return LocalTime.ofNanoOfDay(value * nanos(time.getUnit()))
          .format(DateTimeFormatter.ISO_LOCAL_TIME);
    }
    if (logical instanceof TimestampLogicalTypeAnnotation stamp) {
      long units = NANOS_A_SECOND / nanos(stamp.getUnit());
      LocalDateTime time =
          LocalDateTime.ofEpochSecond(
              Math.floorDiv(value, units),
              Math.toIntExact(Math.floorMod(value, units) * nanos(stamp.getUnit())),
              ZoneOffset.UTC);
      return CellText.time(time) + (stamp.isAdjustedToUTC() ? "Z" : "");
    }
    if (logical instanceof IntLogicalTypeAnnotation whole && !whole.isSigned()) {
      return Long.toUnsignedString(bits == 32 ? value & 0xffffffffL : value);
    }
    return Long.toString(value);
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000;
      case MICROS -> 1_000;
      case NANOS -> 1;
    };
  }

  /** Spark's and Impala's old timestamps: nanoseconds of the day, Julian day. */
  private static String julian(byte[] bytes) {
    ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long nanos = parts.getLong();
    Instant day = Instant.ofEpochSecond((parts.getInt() - (long) JULIAN_EPOCH) * 86_400);
    return CellText.time(LocalDateTime.ofInstant(day.plusNanos(nanos), ZoneOffset.UTC));
  }

  private static String bytes(byte[] bytes, LogicalTypeAnnotation logical) {
    if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
      return CellText.plain(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
    }
    ByteBuffer halves = ByteBuffer.wrap(bytes);
    return new UUID(halves.getLong(), halves.getLong()).toString();
  }
}
