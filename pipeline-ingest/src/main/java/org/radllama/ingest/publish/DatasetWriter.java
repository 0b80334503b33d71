package org.radllama.ingest.publish;

import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.ingest.instruct.InstructionExample;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.split.PlacedReport;
import scala.Tuple2;

/** Writes the dataset's Parquet parts and JSONL files from Spark, in the published order. */
public final class DatasetWriter implements Serializable {
  private final SerializableConfiguration hadoop;
  private final String root;
  private final PartPlan plan;

  private record Rank(Split split, OrderKey order) implements Comparable<Rank>, Serializable {
    @Override
    public int compareTo(Rank other) {
      int c = split.compareTo(other.split);
      return c != 0 ? c : order.compareTo(other.order);
    }
  }

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

  /**
   * Writes all kept reports.
   *
   * @param partitions of the sort; changes nothing in the result
   * @return rows written
   */
  public long write(JavaRDD<PlacedReport> kept, int partitions) throws IOException {
    long rows =
        kept.sortBy(report -> new Rank(report.split(), report.order()), true, partitions)
            .zipWithIndex()
            .mapToPair(ranked -> new Tuple2<>(ranked._2(), ranked._1()))
            .repartitionAndSortWithinPartitions(plan)
            .mapPartitionsWithIndex(
                (partition, reports) -> List.of(writePart(partition, reports)).iterator(), true)
            .reduce(Long::sum);
    gather();
    return rows;
  }

  private long writePart(int partition, Iterator<Tuple2<Long, PlacedReport>> reports)
      throws IOException {
    PartPlan.Part part = plan.part(partition);
    long attempt = TaskContext.get().taskAttemptId();
    Path parquet = new Path(root, part.parquetPiece() + "." + attempt);
    Path json = new Path(root, part.jsonPiece() + "." + attempt);
    FileSystem fs = OutputFiles.fileSystem(json, hadoop.value());
    long rows = 0;
    try (ParquetPart table = new ParquetPart(parquet, hadoop.value());
        OutputStream lines = OutputFiles.create(fs, json)) {
      while (reports.hasNext()) {
        InstructionExample example = Examples.of(reports.next()._2().report());
        table.write(example);
        lines.write(Json.mapper().writeValueAsString(example).getBytes(StandardCharsets.UTF_8));
        lines.write('\n');
        rows++;
      }
    }
    Path published = new Path(root, part.parquet());
    fs.mkdirs(published.getParent());
    OutputFiles.settle(parquet, published, hadoop.value());
    OutputFiles.settle(json, new Path(root, part.jsonPiece()), hadoop.value());
    return rows;
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
