package org.radllama.eval.join;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import scala.Tuple2;

/** A file of lines about reports, read in splits by the executors. */
record InputFile(String name, String path, LineFormat format) {
  /** What a compressed file's text is taken to be times as long. */
  private static final int COMPRESSION = 4;

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
    try (BufferedReader lines = lines(hadoop, path)) {
      String first = lines.readLine();
      return new InputFile(name, path, ScoreLines.of(first == null ? "" : first));
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
        .newAPIHadoopRDD(
            job.getConfiguration(), TextInputFormat.class, LongWritable.class, Text.class)
        .flatMapToPair(line -> parsed(line, lines, source).iterator());
  }

  private static List<Tuple2<RowKey, JoinRow>> parsed(
      Tuple2<LongWritable, Text> line, LineFormat format, int source) {
    long at = line._1().get();
    LineFormat.Parsed parsed = format.parse(line._2().toString(), at == 0);
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
    try (BufferedReader lines = lines(hadoop, path)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LineFormat.Parsed parsed = format.parse(line, ++number == 1);
        if (parsed instanceof LineFormat.Parsed.Bad bad) {
          throw new BadInputException(
              String.format(Locale.ROOT, "%s: line %d %s", name, number, bad.reason()));
        } else if (parsed instanceof LineFormat.Parsed.Row row) {
          sink.accept(line, row);
        }
      }
    }
  }

  private static BufferedReader lines(Configuration hadoop, String path) throws IOException {
    Path file = new Path(path);
    InputStream in = file.getFileSystem(hadoop).open(file);
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(file);
    return new BufferedReader(
        new InputStreamReader(
            codec == null ? in : codec.createInputStream(in), StandardCharsets.UTF_8));
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
