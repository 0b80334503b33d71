package org.radllama.eval.join;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.commons.io.IOUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.lib.input.FileInputFormat;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
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
 * @param unnamed whether no line may name a system
 */
record InputFile(
    String name, String path, LineFormat format, boolean whole, String system, boolean unnamed)
    implements Serializable {

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
    try {
      boolean whole = PredictionRecords.isWhole(hadoop, path);
      return new InputFile(name, path, new LineFormat.Predictions(), whole, "", false);
    } catch (IOException e) {
      throw PredictionRecords.refused(name, e);
    }
  }

  /**
   * The systems that its lines name in {@code system}, as {@code predictions.jsonl} of eval has it;
   * none where the first line names none: a later one that does is refused when it is read.
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
      throw mixed(name);
    }
    return systems;
  }

  private static BadInputException mixed(String name) {
    return new BadInputException("%s: some lines name a system, others do not", name);
  }

  /** The same, of which the first line names no system. */
  InputFile withoutSystems() {
    return new InputFile(name, path, format, whole, system, true);
  }

  private static String system(String line) {
    JsonNode node = LineFormat.json(line);
    return node == null ? "" : node.path("system").asText("");
  }

  /** Its lines of one system. */
  InputFile of(String one) {
    return new InputFile(name + " (" + one + ")", path, format, whole, one, false);
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
      return new InputFile(name, path, ScoreLines.of(first.toString()), false, "", false);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("%s: %s".formatted(name, e.getMessage()));
    } catch (IOException e) {
      throw PredictionRecords.refused(name, e);
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
    InputFile file = this;
    return spark
        .newAPIHadoopRDD(job.getConfiguration(), BoundedLines.class, LongWritable.class, Text.class)
        .flatMapToPair(
            line -> {
              boolean tooLong = line._2().getLength() > BoundedLines.MOST_LINE;
              long at = line._1().get();
              return tooLong
                  ? List.of(unreadable(source, at)).iterator()
                  : file.parsed(at, line._2().toString(), source).iterator();
            });
  }

  private JavaPairRDD<RowKey, JoinRow> wholeRows(JavaSparkContext spark, int source) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    return spark
        .parallelize(List.of(this), 1)
        .flatMap(
            file -> new WholeFile(PredictionRecords.open(hadoop.value(), file.name, file.path)))
        .zipWithIndex()
        .flatMapToPair(line -> parsed(line._2(), line._1(), source).iterator());
  }

  /** The lines of a file that is read from its start, one at a time. */
  private static final class WholeFile implements Iterator<String> {
    private final PredictionRecords records;
    private String next;

    WholeFile(PredictionRecords records) throws IOException {
      this.records = records;
      TaskContext task = TaskContext.get();
      if (task != null) {
        task.addTaskCompletionListener(
            (TaskCompletionListener) ended -> IOUtils.closeQuietly(records));
      }
      next = records.next();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public String next() {
      if (next == null) {
        throw new NoSuchElementException();
      }
      String line = next;
      try {
        next = records.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return line;
    }
  }

  private List<Tuple2<RowKey, JoinRow>> parsed(long at, String line, int source) {
    if (!system.isEmpty() && !system(line).equals(system)) {
      return List.of();
    }
    if (unnamed && line.contains("\"system\"") && !system(line).isEmpty()) {
      throw mixed(name);
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
