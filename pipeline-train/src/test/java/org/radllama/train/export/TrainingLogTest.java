package org.radllama.train.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.LocalFiles;

class TrainingLogTest {
  @TempDir Path folder;
  private FileSystem fs;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    file = folder.resolve("metrics.jsonl");
    Configuration hadoop = new Configuration();
    fs = LocalFiles.withoutChecksums(new org.apache.hadoop.fs.Path(file.toUri()), hadoop);
  }

  private static StepMetrics step(long step) {
    return new StepMetrics(step, step / 7.0, 2.5, OptionalDouble.empty(), 1e-3, 0.7, 640, 1e4, 0.1);
  }

  private TrainingLog log(long after) throws IOException {
    return new TrainingLog(fs, new org.apache.hadoop.fs.Path(file.toUri()), after, true);
  }

  private List<Long> steps() throws IOException {
    return TrainingLog.read(fs, new org.apache.hadoop.fs.Path(file.toUri())).stream()
        .map(StepMetrics::step)
        .toList();
  }

  private void write(int steps) throws IOException {
    try (TrainingLog log = log(0)) {
      LongStream.rangeClosed(1, steps).mapToObj(TrainingLogTest::step).forEach(log::add);
    }
  }

  @Test
  void cutAnywhereItHasTheWholeLinesAndNoOther() throws IOException {
    write(3);
    byte[] whole = Files.readAllBytes(file);
    int lines = 0;
    for (int length = 0; length <= whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      // A line whose newline alone is missing is whole.
      lines += length > 0 && whole[length - 1] == '}' ? 1 : 0;
      assertThat(steps()).hasSize(lines).allMatch(step -> step > 0);
    }
  }

  /** The values were read by TensorBoard 2.20's EventAccumulator from a file of this class. */
  @Test
  void tensorBoardSeesEachStepOnceAlsoWhenATrainingContinues() throws IOException {
    write(5);
    Path events = folder.resolve(TensorBoardFile.NAME);
    long whole = Files.size(events);
    try (TrainingLog log = log(3)) {
      log.add(step(4));
      log.add(step(5));
    }
    assertThat(Files.size(events)).isEqualTo(whole);
    assertThat(recordedSteps(events)).containsExactly(1L, 2L, 3L, 4L, 5L);
    // Cut off by a kill: what is whole stays.
    Files.write(events, Arrays.copyOf(Files.readAllBytes(events), (int) whole - 20));
    log(5).close();
    assertThat(recordedSteps(events)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(folder).isDirectoryNotContaining("glob:**_events*");
  }

  /** Of TFRecords, with their checksums by a table, bit by bit. */
  private static List<Long> recordedSteps(Path events) throws IOException {
    ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(events)).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> steps = new ArrayList<>();
    while (all.hasRemaining()) {
      byte[] length = new byte[8];
      all.get(length);
      assertThat(all.getInt()).isEqualTo(masked(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      all.get(data);
      assertThat(all.getInt()).isEqualTo(masked(data));
      assertThat(data[0]).isEqualTo((byte) 0x09);
      if (data[9] == 0x10) {
        steps.add((long) data[10]);
      } else {
        assertThat(new String(data, StandardCharsets.UTF_8)).endsWith("brain.Event:2");
      }
    }
    return steps;
  }

  private static int masked(byte[] data) {
    int crc = -1;
    for (byte b : data) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  @Test
  void goesOnBehindTheLinesThatAreKept() throws IOException {
    write(5);
    byte[] before = Files.readAllBytes(file);
    try (TrainingLog log = log(3)) {
      assertThat(steps()).containsExactly(1L, 2L, 3L);
      log.add(step(4));
      assertThat(steps()).containsExactly(1L, 2L, 3L, 4L);
      log.add(step(5));
    }
    assertThat(file).hasBinaryContent(before);
    assertThat(folder).isDirectoryNotContaining("glob:**_metrics.jsonl");
  }
}
