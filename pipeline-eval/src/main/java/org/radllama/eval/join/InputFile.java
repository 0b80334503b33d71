package org.radllama.eval.join;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import scala.Tuple2;

/** A file of lines about reports, read in splits by the executors. */
record InputFile(String name, String path, LineFormat format) {
  /** What a compressed file's text is taken to be times as long. */
  private static final int COMPRESSION = 4;

  private static final String TOO_LONG =
      "is longer than %s bytes".formatted(BoundedLines.MOST_LINE);

  /**
   * A file of predictions.
   *
   * @throws BadInputException when there is none
   */
  static InputFile predictions(Configuration hadoop, String name, String path) throws IOException {
    requireFile(hadoop, name, path);
    return new InputFile(name, path, new LineFormat.Predictions());
  }

  /**
   * A file of scores.
   *
   * @throws BadInputException when there is none, or its first line names no scores
   */
  static InputFile scores(Configuration hadoop, String name, String path) throws IOException {
    requireFile(hadoop, name, path);
    Text first = new Text();
    try (BoundedLines.Lines lines = new BoundedLines.Lines(hadoop, new Path(path), 0)) {
      lines.next(first);
      if (first.getLength() > BoundedLines.MOST_LINE) {
        throw new IllegalArgumentException(TOO_LONG);
      }
      return new InputFile(name, path, ScoreLines.of(first.toString()));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("%s: %s".formatted(name, e.getMessage()));
    }
  }

  private static void requireFile(Configuration hadoop, String name, String path)
      throws IOException {
    Path file = new Path(path);
    FileSystem fs = file.getFileSystem(hadoop);
    if (!InputFiles.isFile(fs, file)) {
      throw new BadInputException("%s: no such file: %s".formatted(name, path));
    }
  }

  /** Length of its text, roughly. */
  long bytes(Configuration hadoop) throws IOException {
    Path file = new Path(path);
    long length = file.getFileSystem(hadoop).getFileStatus(file).getLen();
    return new CompressionCodecFactory(hadoop).getCodec(file) == null
        ? length
        : length * COMPRESSION;
  }

  /** Its rows, as those of a source. */
  JavaPairRDD<RowKey, JoinRow> rows(JavaSparkContext spark, int source) throws IOException {
    Job job = Job.getInstance(spark.hadoopConfiguration());
    // A name with the marks of a pattern means itself.
    FileInputFormat.addInputPath(job, new Path(path.replaceAll("([\\[\\]{}*?])", "\\\\$1")));
    LineFormat lines = format;
    return spark
        .newAPIHadoopRDD(job.getConfiguration(), BoundedLines.class, LongWritable.class, Text.class)
        .flatMapToPair(line -> parsed(line, lines, source).iterator());
  }

  private static List<Tuple2<RowKey, JoinRow>> parsed(
      Tuple2<LongWritable, Text> line, LineFormat format, int source) {
    long at = line._1().get();
    LineFormat.Parsed parsed = parsed(line._2(), format, at == 0);
    if (parsed instanceof LineFormat.Parsed.Row row) {
      return List.of(new Tuple2<>(new RowKey(row.id(), source, at), row.row()));
    }
    return parsed instanceof LineFormat.Parsed.Bad
        ? List.of(new Tuple2<>(new RowKey("", source, at), new JoinRow.Unreadable()))
        : List.of();
  }

  /**
   * Reads it from the start.
   *
   * @param sink takes each row with its line
   * @throws BadInputException of the first line that cannot be read
   */
  void read(Configuration hadoop, BiConsumer<String, LineFormat.Parsed.Row> sink)
      throws IOException {
    try (BoundedLines.Lines lines = new BoundedLines.Lines(hadoop, new Path(path), 0)) {
      Text line = new Text();
      for (int number = 1; lines.next(line); number++) {
        LineFormat.Parsed parsed = parsed(line, format, number == 1);
        if (parsed instanceof LineFormat.Parsed.Bad bad) {
          throw new BadInputException(
              String.format(Locale.ROOT, "%s: line %d %s", name, number, bad.reason()));
        } else if (parsed instanceof LineFormat.Parsed.Row row) {
          sink.accept(line.toString(), row);
        }
      }
    }
  }

  private static LineFormat.Parsed parsed(Text line, LineFormat format, boolean first) {
    return line.getLength() > BoundedLines.MOST_LINE
        ? new LineFormat.Parsed.Bad(TOO_LONG)
        : format.parse(line.toString(), first);
  }

  /** Names of a file of scores. */
  List<String> metrics() {
    return format instanceof ScoreLines scores ? new ArrayList<>(scores.metrics()) : List.of();
  }

  @Override
  public String toString() {
    return "InputFile[" + name + "]";
  }
}
