package org.radllama.ingest.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.ingest.store.ReportStore;
import org.radllama.run.Json;
import scala.Tuple2;

/** Writes the dataset's Parquet parts and JSONL files from Spark, in the published order. */
public final class DatasetWriter implements Serializable {
  private final SerializableConfiguration hadoop;
  private final String root;
  private final PartPlan plan;

  /**
   * A writer.
   *
   * @param root the run's work directory
   * @param tally how many reports each split has
   * @param rowsPerPart rows of a Parquet part
   */
  public DatasetWriter(SerializableConfiguration hadoop, Path root, Tally tally, int rowsPerPart) {
    this.hadoop = hadoop;
    this.root = root.toString();
    this.plan = new PartPlan(tally, rowsPerPart);
  }

  /** What writing saw. */
  public record Written(long rows, Vocabulary trainWords) implements Serializable {
    Written plus(Written other) {
      return new Written(rows + other.rows, trainWords.merge(other.trainWords));
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
    gather();
    return written;
  }

  private Written writePart(int partition, Iterator<Tuple2<Long, byte[]>> reports)
      throws IOException {
    PartPlan.Part part = plan.part(partition);
    long attempt = TaskContext.get().taskAttemptId();
    Path parquet = new Path(root, part.parquetPiece() + "." + attempt);
    Path json = new Path(root, part.jsonPiece() + "." + attempt);
    FileSystem fs = OutputFiles.fileSystem(json, hadoop.value());
    Vocabulary words = new Vocabulary();
    long rows = 0;
    try (ParquetPart table = new ParquetPart(parquet, hadoop.value());
        OutputStream lines = OutputFiles.create(fs, json)) {
      for (; reports.hasNext(); rows++) {
        Tuple2<Long, byte[]> next = reports.next();
        InstructionExample example = Examples.of(ReportStore.report(next._2()));
        table.write(example);
        lines.write(Json.mapper().writeValueAsBytes(example));
        lines.write('\n');
        if (part.split() == Split.TRAIN) {
          words.add(example, next._1());
        }
      }
    }
    Path published = new Path(root, part.parquet());
    fs.mkdirs(published.getParent());
    OutputFiles.settle(parquet, published, hadoop.value());
    OutputFiles.settle(json, new Path(root, part.jsonPiece()), hadoop.value());
    return new Written(rows, words);
  }

  private void gather() throws IOException {
    FileSystem fs = OutputFiles.fileSystem(new Path(root), hadoop.value());
    for (Split split : Split.values()) {
      List<Path> pieces = new ArrayList<>();
      for (int p = 0; p < plan.numPartitions(); p++) {
        if (plan.part(p).split() == split) {
          pieces.add(new Path(root, plan.part(p).jsonPiece()));
        }
      }
      OutputFiles.concatenate(
          fs, pieces, new Path(root, "jsonl/%s.jsonl".formatted(split.label())));
    }
    fs.delete(new Path(root, "_pieces"), true);
  }
}
