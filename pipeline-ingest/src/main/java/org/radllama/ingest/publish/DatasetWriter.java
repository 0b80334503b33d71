package org.radllama.ingest.publish;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.ingest.store.ReportStore;
import org.radllama.run.Json;
import org.radllama.run.PartFiles;
import org.radllama.run.PartFiles.Part;
import scala.Tuple2;

/**
 * Writes the dataset's Parquet parts and JSONL files from Spark, in the published order. A split
 * without examples gets no file.
 */
public final class DatasetWriter implements Serializable {
  /** The folder of lines with all columns. */
  public static final String JSONL = "jsonl";

  private final SerializableConfiguration hadoop;
  private final String root;
  private final PartPlan plan;
  private final List<BackgroundSection> sections;
  private final List<TrainingFormat> formats;

  /**
   * A writer.
   *
   * @param root the run's work directory
   * @param tally how many reports each split has
   * @param rowsPerPart rows of a Parquet part
   * @param sections the background sections in the input
   * @param formats further forms of the lines
   */
  public DatasetWriter(
      SerializableConfiguration hadoop,
      Path root,
      IngestTally tally,
      int rowsPerPart,
      List<BackgroundSection> sections,
      List<TrainingFormat> formats) {
    this.hadoop = hadoop;
    this.root = root.toString();
    this.plan = new PartPlan(tally, rowsPerPart);
    this.sections = List.copyOf(sections);
    this.formats = List.copyOf(formats);
  }

  /** The folders of lines. */
  private List<String> folders() {
    List<String> folders = new ArrayList<>(List.of(JSONL));
    formats.forEach(format -> folders.add(format.folder()));
    return folders;
  }

  /** What writing saw. */
  public record Written(long rows, VocabularyGrowth trainWords, List<Part> parts)
      implements Serializable {
    Written plus(Written other) {
      List<Part> all = new ArrayList<>(parts);
      all.addAll(other.parts);
      return new Written(rows + other.rows, trainWords.merge(other.trainWords), all);
    }
  }

  /**
   * Writes all kept reports.
   *
   * @param ranked packed reports, numbered through all splits in the published order
   */
  public Written write(JavaPairRDD<Long, byte[]> ranked) throws IOException {
    if (plan.numPartitions() == 0) {
      return new Written(0, new VocabularyGrowth(), List.of());
    }
    Written written =
        ranked
            .repartitionAndSortWithinPartitions(plan)
            .mapPartitionsWithIndex(
                (partition, reports) -> List.of(writePart(partition, reports)).iterator(), true)
            .reduce(Written::plus);
    gather(written.parts());
    return written;
  }

  private PartFiles files() throws IOException {
    return new PartFiles(new Path(root), hadoop.value());
  }

  private Written writePart(int partition, Iterator<Tuple2<Long, byte[]>> reports)
      throws IOException {
    PartPlan.File file = plan.file(partition);
    long attempt = TaskContext.get().taskAttemptId();
    PartFiles files = files();
    PartFiles.Attempt parquet = files.begin(file.parquet(), attempt);
    VocabularyGrowth words = new VocabularyGrowth();
    Lines lines = new Lines(file, files, attempt);
    long rows = 0;
    try (lines;
        ParquetPart table = new ParquetPart(parquet, hadoop.value())) {
      for (; reports.hasNext(); rows++) {
        Tuple2<Long, byte[]> next = reports.next();
        InstructionExample example = ReportStore.report(next._2()).example(sections);
        table.write(example);
        lines.write(example);
        if (file.split() == Split.TRAIN) {
          words.add(example, next._1());
        }
      }
    }
    List<Part> parts = lines.settle(rows);
    parts.add(parquet.settle(rows));
    return new Written(rows, words, parts);
  }

  /** The lines of one part in every form. */
  private final class Lines implements Closeable {
    private final List<PartFiles.Attempt> attempts = new ArrayList<>();
    private final List<OutputStream> streams = new ArrayList<>();

    Lines(PartPlan.File file, PartFiles files, long attempt) throws IOException {
      for (String folder : folders()) {
        attempts.add(files.begin(file.lines(folder), attempt));
        streams.add(attempts.get(attempts.size() - 1).open());
      }
    }

    void write(InstructionExample example) throws IOException {
      line(streams.get(0), example);
      for (int i = 0; i < formats.size(); i++) {
        line(streams.get(i + 1), formats.get(i).line(example));
      }
    }

    private void line(OutputStream out, Object value) throws IOException {
      out.write(Json.mapper().writeValueAsBytes(value));
      out.write('\n');
    }

    List<Part> settle(long rows) throws IOException {
      List<Part> parts = new ArrayList<>();
      for (PartFiles.Attempt attempt : attempts) {
        parts.add(attempt.settle(rows));
      }
      return parts;
    }

    @Override
    public void close() throws IOException {
      for (OutputStream stream : streams) {
        stream.close();
      }
    }
  }

  /** Checks what the tasks wrote, and makes one file of each split's lines. */
  private void gather(List<Part> parts) throws IOException {
    List<String> folders = folders();
    List<String> names = new ArrayList<>();
    for (int p = 0; p < plan.numPartitions(); p++) {
      PartPlan.File file = plan.file(p);
      names.add(file.parquet());
      folders.forEach(folder -> names.add(file.lines(folder)));
    }
    PartFiles files = files();
    files.check(names, parts);
    Map<String, Part> byName = PartFiles.byName(parts);
    for (String folder : folders) {
      for (Split split : Split.values()) {
        List<Part> lines = new ArrayList<>();
        for (int p = 0; p < plan.numPartitions(); p++) {
          if (plan.file(p).split() == split) {
            lines.add(byName.get(plan.file(p).lines(folder)));
          }
        }
        if (!lines.isEmpty()) {
          files.concatenate(lines, folder + "/" + split.label() + ".jsonl");
        }
      }
    }
    files.clear();
  }
}
