package org.radllama.ingest.format;

import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.uuidType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BOOLEAN;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.FLOAT;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT32;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT96;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.parquet.ParquetFiles;

class ParquetTableTest {
  @TempDir Path dir;

  private RecordTable table(MessageType schema, List<Group> rows) throws Exception {
    Path file = dir.resolve("t" + rows.size() + schema.getFieldCount() + ".parquet");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    try (ParquetWriter<Group> writer =
        ParquetFiles.writer(
            path, new Configuration(), out -> ExampleParquetWriter.builder(out).withType(schema))) {
      for (Group row : rows) {
        writer.write(row);
      }
    }
    Set<String> all = Set.copyOf(schema.getFields().stream().map(f -> f.getName()).toList());
    return new ParquetTable(path.toString(), new Configuration(), 1 << 20, all);
  }

  private static MessageType everyType() {
    Types.MessageTypeBuilder builder = Types.buildMessage();
    builder.optional(INT64).as(decimalType(2, 12)).named("decimal(12,2) [id]");
    builder.optional(INT32).as(decimalType(2, 9)).named("a.b");
    builder.optional(FIXED_LEN_BYTE_ARRAY).length(16).as(decimalType(0, 38)).named("dec 38");
    builder.optional(BINARY).as(decimalType(3, 20)).named("dec;bin");
    builder.optional(INT32).as(dateType()).named("date");
    builder.optional(INT64).as(timestampType(true, TimeUnit.MICROS)).named("utc");
    builder.optional(INT64).as(timestampType(false, TimeUnit.MILLIS)).named("local");
    builder.optional(INT32).as(timeType(false, TimeUnit.MILLIS)).named("time");
    builder.optional(INT96).named("old");
    builder.optional(DOUBLE).named("double");
    builder.optional(FLOAT).named("float");
    builder.optional(INT32).as(intType(32, false)).named("unsigned");
    builder.optional(INT64).named("plain");
    builder.optional(FIXED_LEN_BYTE_ARRAY).length(16).as(uuidType()).named("uuid");
    builder.optional(BINARY).as(stringType()).named("text, \"quoted\"");
    builder.optional(BINARY).named("bytes");
    builder.optional(BOOLEAN).named("flag");
    builder.repeated(INT32).named("many");
    return builder.named("row");
  }

  @Test
  void readsColumnsByTheirLogicalType() throws Exception {
    MessageType schema = everyType();
    Group row = new SimpleGroup(schema);
    row.add(0, 100_025L);
    row.add(1, 50_100);
    row.add(2, Binary.fromConstantByteArray(sixteen(12_345_678_901_234L)));
    row.add(3, Binary.fromConstantByteArray(new byte[] {(byte) 0xfb, 0x2e}));
    row.add(4, Math.toIntExact(LocalDate.of(2150, 1, 2).toEpochDay()));
    row.add(5, LocalDate.of(2150, 1, 2).toEpochDay() * 86_400_000_000L + 5_000_001L);
    row.add(6, -1L);
    row.add(7, 3_600_000);
    row.add(8, Binary.fromConstantByteArray(julian(2_440_589, 1_000_000_000L)));
    row.add(9, 1000.25);
    row.add(10, 1e7f);
    row.add(11, -1);
    row.add(12, Long.MIN_VALUE);
    row.add(13, Binary.fromConstantByteArray(sixteen(7)));
    row.add(14, "caf\u00e9");
    row.add(15, Binary.fromString("x"));
    row.add(16, true);
    row.add(17, 1);
    Group bad = new SimpleGroup(schema);
    bad.add(9, Double.NaN);
    bad.add(15, Binary.fromConstantByteArray(new byte[] {(byte) 0xff}));
    try (RecordTable table = table(schema, List.of(row, bad))) {
      Map<String, String> expected = new TreeMap<>();
      expected.put("decimal(12,2) [id]", "1000.25");
      expected.put("a.b", "501");
      expected.put("dec 38", "12345678901234");
      expected.put("dec;bin", "-1.234");
      expected.put("date", "2150-01-02");
      expected.put("utc", "2150-01-02T00:00:05.000001Z");
      expected.put("local", "1969-12-31T23:59:59.999");
      expected.put("time", "01:00:00");
      expected.put("old", "1970-01-02T00:00:01");
      expected.put("double", "1000.25");
      expected.put("float", "10000000");
      expected.put("unsigned", "4294967295");
      expected.put("plain", Long.toString(Long.MIN_VALUE));
      expected.put("uuid", "00000000-0000-0000-0000-000000000007");
      expected.put("text, \"quoted\"", "caf\u00e9");
      expected.put("bytes", "x");
      assertThat(new TreeMap<>(table.next().value().byColumn())).isEqualTo(expected);
      assertThat(table.next().rejection().detail()).startsWith("column bytes");
      assertThat(table.next()).isNull();
      assertThat(table.hasColumn("flag") || table.hasColumn("many")).isFalse();
      assertThat(table.seen()).contains("its columns are decimal(12,2) [id], a.b").contains("flag");
    }
  }

  private static byte[] sixteen(long value) {
    return ByteBuffer.allocate(16).putLong(0).putLong(value).array();
  }

  private static byte[] julian(int day, long nanos) {
    return ByteBuffer.allocate(12)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(nanos)
        .putInt(day)
        .array();
  }

  /** Any decimal and any double that a column holds reads back as the number that it is. */
  @Test
  void readsNumbersAsTheNumbersThatTheyAre() throws Exception {
    Random random = new Random(4);
    MessageType schema =
        Types.buildMessage()
            .required(INT64)
            .as(decimalType(4, 18))
            .named("d")
            .required(DOUBLE)
            .named("f")
            .named("row");
    List<Group> rows = new ArrayList<>();
    List<BigDecimal> expected = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      long unscaled = random.nextLong() >> random.nextInt(64);
      double value = random.nextInt(1 << 20) / (double) (1 << random.nextInt(8));
      Group row = new SimpleGroup(schema);
      row.add("d", unscaled);
      row.add("f", value);
      rows.add(row);
      expected.add(BigDecimal.valueOf(unscaled, 4));
      expected.add(new BigDecimal(value));
    }
    try (RecordTable table = table(schema, rows)) {
      for (int i = 0; i < 2000; i += 2) {
        RecordTable.Cells cells = table.next().value();
        assertThat(cells.cell("d")).isEqualTo(text(expected.get(i)));
        assertThat(cells.cell("f")).isEqualTo(text(expected.get(i + 1)));
      }
    }
  }

  private static String text(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
