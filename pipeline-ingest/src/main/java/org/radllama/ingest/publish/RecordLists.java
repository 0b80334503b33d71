package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.read.Rejection;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.split.OrderKey;

/**
 * The lists beside the dataset, one JSON object a line, sorted on Spark and streamed through the
 * driver: {@code rejected.jsonl}, {@code duplicates.jsonl}, {@code leakage.jsonl}. No report text.
 */
public final class RecordLists {
  private final FileSystem fs;
  private final Path root;
  private final int partitions;

  /**
   * Lists below a directory.
   *
   * @param partitions of the sorts; changes nothing in the result
   */
  public RecordLists(FileSystem fs, Path root, int partitions) {
    this.fs = fs;
    this.root = root;
    this.partitions = partitions;
  }

  /** Numbers before and behind a key, for records that share it. */
  private record Sorted(int before, OrderKey order, long behind)
      implements Comparable<Sorted>, Serializable {
    @Override
    public int compareTo(Sorted other) {
      int c = Integer.compare(before, other.before);
      if (c == 0) {
        c = order.compareTo(other.order);
      }
      return c != 0 ? c : Long.compare(behind, other.behind);
    }
  }

  /** By source and id: id, stage, reason, detail. */
  public void rejected(JavaRDD<Rejection> rejections) throws IOException {
    write(
        "rejected.jsonl",
        rejections
            .sortBy(
                r -> new Sorted(0, new OrderKey(r.source(), OrderKey.UNLISTED, r.id()), r.origin()),
                true,
                partitions)
            .map(RecordLists::line));
  }

  /** In train's order: id, survivor, kind, jaccard, cluster. */
  public void duplicates(JavaRDD<Verdict.Duplicate> duplicates) throws IOException {
    write(
        "duplicates.jsonl",
        duplicates.sortBy(Verdict.Duplicate::report, true, partitions).map(RecordLists::line));
  }

  /** In the held-out splits' order: held_out_id, split, train_id, jaccard. */
  public void leakage(JavaRDD<Verdict.Leak> leaks) throws IOException {
    write(
        "leakage.jsonl",
        leaks
            .sortBy(leak -> new Sorted(leak.split().ordinal(), leak.heldOut(), 0), true, partitions)
            .map(RecordLists::line));
  }

  private static String line(Rejection rejection) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", rejection.id());
    node.put("stage", rejection.reason().stage().label());
    node.put("reason", rejection.reason().label());
    node.put("detail", rejection.detail());
    return node.toString();
  }

  private static String line(Verdict.Duplicate duplicate) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", duplicate.report().id());
    node.put("survivor", duplicate.survivor());
    node.put("kind", duplicate.kind().label());
    node.put("jaccard", duplicate.jaccard());
    node.put("cluster", duplicate.cluster());
    return node.toString();
  }

  private static String line(Verdict.Leak leak) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("held_out_id", leak.heldOut().id());
    node.put("split", leak.split().label());
    node.put("train_id", leak.train().id());
    node.put("jaccard", leak.jaccard());
    return node.toString();
  }

  private void write(String name, JavaRDD<String> sorted) throws IOException {
    try (OutputStream out = OutputFiles.create(fs, new Path(root, name))) {
      for (Iterator<String> lines = sorted.toLocalIterator(); lines.hasNext(); ) {
        out.write(lines.next().getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }
    }
  }
}
