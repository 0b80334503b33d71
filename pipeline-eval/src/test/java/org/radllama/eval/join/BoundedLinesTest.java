package org.radllama.eval.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.RecordReader;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.lib.input.FileSplit;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;

class BoundedLinesTest {
  private static final Configuration HADOOP = new Configuration();
  @TempDir Path folder;

  private interface Readers {
    RecordReader<LongWritable, Text> make(FileSplit split, TaskAttemptContext context)
        throws IOException;
  }

  private static List<String> read(Path file, List<Long> cuts, Readers readers) throws Exception {
    List<String> lines = new ArrayList<>();
    TaskAttemptContext context = new TaskAttemptContextImpl(HADOOP, new TaskAttemptID());
    for (int i = 1; i < cuts.size(); i++) {
      FileSplit split =
          new FileSplit(
              new org.apache.hadoop.fs.Path(file.toUri()),
              cuts.get(i - 1),
              cuts.get(i) - cuts.get(i - 1),
              new String[0]);
      try (RecordReader<LongWritable, Text> reader = readers.make(split, context)) {
        reader.initialize(split, context);
        while (reader.nextKeyValue()) {
          lines.add(reader.getCurrentKey() + " " + reader.getCurrentValue());
        }
      }
    }
    return lines;
  }

  /** Wherever a file is cut into splits, its lines and places are those of Hadoop's own format. */
  @Test
  void linesAreHadoopsWhereverTheFileIsCut() throws Exception {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i > 0; i--) {
        text.append("x\u00e9".repeat(random.nextInt(6)));
        text.append(List.of("\n", "\r\n", "\r", "").get(random.nextInt(4)));
      }
      Path file = Files.writeString(folder.resolve("lines" + seed), text);
      long length = Files.size(file);
      List<Long> cuts = new ArrayList<>(List.of(0L, length));
      for (int i = random.nextInt(5); i > 0; i--) {
        cuts.add(random.nextLong(length + 1));
      }
      cuts.sort(null);
      List<Long> distinct = cuts.stream().distinct().toList();
      assertThat(read(file, distinct, (s, c) -> new BoundedLines().createRecordReader(s, c)))
          .as("seed %d", seed)
          .isEqualTo(
              read(
                  file,
                  List.of(0L, length),
                  (s, c) -> new TextInputFormat().createRecordReader(s, c)));
    }
  }

  /** A few kilobytes that unpack to one line of a gigabyte. */
  @Test
  void oneEndlessLineIsRefusedInLittleMemory() throws Exception {
    Path file = folder.resolve("bomb.jsonl.gz");
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) 'a');
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < 300; i++) {
        out.write(block);
      }
      out.write("\n{\"id\": \"a\", \"prediction\": \"b\"}\n".getBytes(StandardCharsets.UTF_8));
    }
    InputFile input = InputFile.predictions(HADOOP, "--predictions x", file.toString());
    assertThatThrownBy(() -> input.read(HADOOP, (line, row) -> {}))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--predictions x: line 1 is longer than 16777216 bytes");
    try (BoundedLines.Lines lines =
        new BoundedLines.Lines(HADOOP, new org.apache.hadoop.fs.Path(file.toUri()), 0)) {
      Text line = new Text();
      assertThat(lines.next(line)).isTrue();
      assertThat(line.getLength()).isEqualTo(BoundedLines.MOST_LINE + 1);
      assertThat(lines.next(line)).isTrue();
      assertThat(line.toString()).startsWith("{");
      assertThat(lines.next(line)).isFalse();
    }
    assertThatThrownBy(() -> InputFile.scores(HADOOP, "--scores x", file.toString()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("is longer than");
  }
}
