package org.radllama.eval.join;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
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
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import scala.Tuple2;

/**
 * A file of lines about reports, read in splits by the executors, or whole where it has another
 * form.
 *
 * @param name how messages call it
 * @param path where it is
 * @param format how its lines are read
 * @param whole whether one task reads it from its start
 * @param system the system of which the lines are read; empty: of all
 */
record InputFile(String name, String path, LineFormat format, boolean whole, String system) {
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
    boolean whole = PredictionRecords.isWhole(hadoop, path);
    return new InputFile(name, path, new LineFormat.Predictions(), whole, "");
  }

  /**
   * The systems that its lines name in {@code system}, as {@code predictions.jsonl} of eval has it;
   * none where the first line names none.
   *
   * @throws BadInputException where some lines name one and others do not
   */
  Set<String> systems(Configuration hadoop) throws IOException {
    Set<String> systems = new TreeSet<>();
    try (PredictionRecords records = PredictionRecords.open(hadoop, name, path)) {
      for (String line = records.next(); line != null; line = records.next()) {
        if (!line.isBlank()) {
          systems.add(system(line));
          if (systems.size() == 1 && systems.contains("")) {
            return Set.of();
          }
        }
      }
    }
    if (systems.contains("")) {
      throw new BadInputException("%s: some lines name a system, others do not", name);
    }
    return systems;
  }

  private static String system(String line) {
    JsonNode node = LineFormat.json(line);
    return node == null ? "" : node.path("system").asText("");
  }

  /** Its lines of one system. */
  InputFile of(String one) {
    return new InputFile(name + " (" + one + ")", path, format, whole, one);
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
      return new InputFile(name, path, ScoreLines.of(first.toString()), false, "");
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
    if (whole) {
      return wholeRows(spark, source);
    }
    Job job = Job.getInstance(spark.hadoopConfiguration());
    // A name with the marks of a pattern means itself.
    FileInputFormat.addInputPath(job, new Path(path.replaceAll("([\\[\\]{}*?])", "\\\\$1")));
    LineFormat lines = format;
    String only = system;
    return spark
        .newAPIHadoopRDD(job.getConfiguration(), BoundedLines.class, LongWritable.class, Text.class)
        .flatMapToPair(
            line -> {
              boolean tooLong = line._2().getLength() > BoundedLines.MOST_LINE;
              long at = line._1().get();
              return tooLong
                  ? List.of(unreadable(source, at)).iterator()
                  : parsed(at, line._2().toString(), lines, only, source).iterator();
            });
  }

  private JavaPairRDD<RowKey, JoinRow> wholeRows(JavaSparkContext spark, int source) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String file = path;
    String message = name;
    LineFormat lines = format;
    String only = system;
    return spark
        .parallelize(List.of(file), 1)
        .flatMapToPair(
            one -> {
              List<Tuple2<RowKey, JoinRow>> rows = new ArrayList<>();
              try (PredictionRecords records =
                  PredictionRecords.open(hadoop.value(), message, one)) {
                long at = 0;
                for (String line = records.next(); line != null; line = records.next()) {
                  rows.addAll(parsed(at++, line, lines, only, source));
                }
              }
              return rows.iterator();
            });
  }

  private static List<Tuple2<RowKey, JoinRow>> parsed(
      long at, String line, LineFormat format, String only, int source) {
    if (!only.isEmpty() && !system(line).equals(only)) {
      return List.of();
    }
    LineFormat.Parsed parsed = format.parse(line, at == 0);
    if (parsed instanceof LineFormat.Parsed.Row row) {
      return List.of(new Tuple2<>(new RowKey(row.id(), source, at), row.row()));
    }
    return parsed instanceof LineFormat.Parsed.Bad ? List.of(unreadable(source, at)) : List.of();
  }

  private static Tuple2<RowKey, JoinRow> unreadable(int source, long at) {
    return new Tuple2<>(new RowKey("", source, at), new JoinRow.Unreadable());
  }

  /**
   * Reads it from the start.
   *
   * @param sink takes each row with its line
   * @throws BadInputException of the first line that cannot be read
   */
  void read(Configuration hadoop, BiConsumer<String, LineFormat.Parsed.Row> sink)
      throws IOException {
    try (PredictionRecords lines = PredictionRecords.open(hadoop, name, path)) {
      int number = 0;
      for (String line = lines.next(); line != null; line = lines.next()) {
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

  /** Names of a file of scores. */
  List<String> metrics() {
    return format instanceof ScoreLines scores ? new ArrayList<>(scores.metrics()) : List.of();
  }

  @Override
  public String toString() {
    return "InputFile[" + name + "]";
  }
}
