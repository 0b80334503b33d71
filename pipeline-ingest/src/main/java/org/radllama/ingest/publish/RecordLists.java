package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.read.Rejection;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.split.OrderKey;
import scala.Tuple2;

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

  private enum Kind {
    REJECTED("rejected.jsonl"),
    DUPLICATES("duplicates.jsonl"),
    LEAKAGE("leakage.jsonl");

    private final String file;

    Kind(String file) {
      this.file = file;
    }
  }

  /**
   * Where a line stands: its list, a number before its key and one behind for those that share it.
   */
  private record Place(Kind list, int before, OrderKey order, long behind)
      implements Comparable<Place>, Serializable {
    @Override
    public int compareTo(Place other) {
      int c = list.compareTo(other.list);
      if (c == 0) {
        c = Integer.compare(before, other.before);
      }
      if (c == 0) {
        c = order.compareTo(other.order);
      }
      return c != 0 ? c : Long.compare(behind, other.behind);
    }
  }

  /**
   * Writes all three: rejections by source and id, duplicates in train's order, leaks in the order
   * of the held-out splits. Verdicts of another kind are passed over.
   */
  public void write(JavaRDD<Rejection> rejections, JavaRDD<Verdict> verdicts) throws IOException {
    JavaPairRDD<Place, String> lines =
        rejections
            .mapToPair(
                r -> {
                  OrderKey key = new OrderKey(r.source(), OrderKey.UNLISTED, r.id());
                  return new Tuple2<>(new Place(Kind.REJECTED, 0, key, r.origin()), line(r));
                })
            .union(verdicts.flatMapToPair(RecordLists::placed));
    write(lines.sortByKey(true, partitions).toLocalIterator());
  }

  private static Iterator<Tuple2<Place, String>> placed(Verdict verdict) {
    if (verdict instanceof Verdict.Duplicate d) {
      return Collections.singleton(
              new Tuple2<>(new Place(Kind.DUPLICATES, 0, d.report(), 0), line(d)))
          .iterator();
    }
    if (verdict instanceof Verdict.Leak leak) {
      Place place =
          new Place(Kind.LEAKAGE, leak.split() == Split.VALIDATE ? 0 : 1, leak.heldOut(), 0);
      return Collections.singleton(new Tuple2<>(place, line(leak))).iterator();
    }
    return Collections.emptyIterator();
  }

  private void write(Iterator<Tuple2<Place, String>> sorted) throws IOException {
    Tuple2<Place, String> next = sorted.hasNext() ? sorted.next() : null;
    for (Kind list : Kind.values()) {
      try (OutputStream out = OutputFiles.create(fs, new Path(root, list.file))) {
        while (next != null && next._1().list() == list) {
          out.write(next._2().getBytes(StandardCharsets.UTF_8));
          out.write('\n');
          next = sorted.hasNext() ? sorted.next() : null;
        }
      }
    }
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
}
