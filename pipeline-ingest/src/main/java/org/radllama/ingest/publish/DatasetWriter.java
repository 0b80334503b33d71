package org.radllama.ingest.publish;

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

/** Writes the dataset's Parquet parts and JSONL files from Spark, in the published order. */
public final class DatasetWriter implements Serializable {
  private final SerializableConfiguration hadoop;
  private final String root;
  private final PartPlan plan;
  private final List<BackgroundSection> sections;

  /**
   * A writer.
   *
   * @param root the run's work directory
   * @param tally how many reports each split has
   * @param rowsPerPart rows of a Parquet part
   * @param sections the background sections in the input
   */
  public DatasetWriter(
      SerializableConfiguration hadoop,
      Path root,
      IngestTally tally,
      int rowsPerPart,
      List<BackgroundSection> sections) {
    this.hadoop = hadoop;
    this.root = root.toString();
    this.plan = new PartPlan(tally, rowsPerPart);
    this.sections = List.copyOf(sections);
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
    PartFiles.Attempt json = files.begin(file.json(), attempt);
    VocabularyGrowth words = new VocabularyGrowth();
    long rows = 0;
    try (ParquetPart table = new ParquetPart(parquet.path(), hadoop.value());
        OutputStream lines = json.open()) {
      for (; reports.hasNext(); rows++) {
        Tuple2<Long, byte[]> next = reports.next();
        InstructionExample example = ReportStore.report(next._2()).example(sections);
        table.write(example);
        lines.write(Json.mapper().writeValueAsBytes(example));
        lines.write('\n');
        if (file.split() == Split.TRAIN) {
          words.add(example, next._1());
        }
      }
    }
    return new Written(rows, words, List.of(parquet.settle(rows), json.settle(rows)));
  }

  /** Checks what the tasks wrote, and makes one file of each split's lines. */
  private void gather(List<Part> parts) throws IOException {
    List<String> names = new ArrayList<>();
    for (int p = 0; p < plan.numPartitions(); p++) {
      names.add(plan.file(p).parquet());
      names.add(plan.file(p).json());
    }
    PartFiles files = files();
    files.check(names, parts);
    Map<String, Part> byName = PartFiles.byName(parts);
    for (Split split : Split.values()) {
      List<Part> lines = new ArrayList<>();
      for (int p = 0; p < plan.numPartitions(); p++) {
        if (plan.file(p).split() == split) {
          lines.add(byName.get(plan.file(p).json()));
        }
      }
      files.concatenate(lines, "jsonl/%s.jsonl".formatted(split.label()));
    }
    files.clear();
  }
}
