package org.radllama.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Digests;

class ParquetFilesTest {
  private static final MessageType SCHEMA =
      Types.buildMessage()
          .required(BINARY)
          .as(stringType())
          .named("id")
          .required(BINARY)
          .as(stringType())
          .named("label")
          .named("row");

  @TempDir Path folder;

  /** What several processes write; where hash codes of enums decide, about every second differs. */
  @Test
  void writesTheSameBytesInEveryProcess() throws Exception {
    Set<String> digests = new HashSet<>();
    for (int process = 0; process < 6; process++) {
      Path file = folder.resolve("rows-" + process + ".parquet");
      Process writing =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writing.class.getName(),
                  file.toString())
              .inheritIO()
              .start();
      assertThat(writing.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(writing.exitValue()).isZero();
      digests.add(Digests.sha256(Files.readAllBytes(file)));
    }
    assertThat(digests).hasSize(1);
  }

  /** Far more than what is held back for the footer goes through unchanged. */
  @Test
  void readersFindAllRowsOfALargeFile() throws IOException {
    Path file = folder.resolve("large.parquet");
    int rows = 60_000;
    write(file, rows, 600);
    Random expected = new Random(1);
    int read = 0;
    try (ParquetReader<Group> reader =
        ParquetReader.builder(new GroupReadSupport(), new org.apache.hadoop.fs.Path(file.toUri()))
            .build()) {
      for (Group row = reader.read(); row != null; row = reader.read()) {
        assertThat(row.getString("id", 0)).isEqualTo(text(expected, 600));
        read++;
      }
    }
    assertThat(read).isEqualTo(rows);
    assertThat(Files.size(file)).isGreaterThan(20L << 20);
  }

  private static void write(Path file, int rows, int length) throws IOException {
    Random random = new Random(1);
    try (ParquetWriter<Group> writer =
        ParquetFiles.writer(
            new org.apache.hadoop.fs.Path(file.toUri()),
            new Configuration(),
            out -> ExampleParquetWriter.builder(out).withType(SCHEMA))) {
      for (int row = 0; row < rows; row++) {
        Group group = new SimpleGroup(SCHEMA);
        group.add("id", text(random, length));
        group.add("label", List.of("normal", "abnormal").get(row % 2));
        writer.write(group);
      }
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (' ' + random.nextInt(90)));
    }
    return text.toString();
  }

  /** A process that writes one file. */
  static final class Writing {
    private Writing() {}

    public static void main(String[] args) throws IOException {
      write(Path.of(args[0]), 1000, 20);
    }
  }
}
