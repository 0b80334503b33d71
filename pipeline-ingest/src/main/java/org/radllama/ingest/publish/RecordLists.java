package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.store.ReportEntry;
import org.radllama.run.Durable;
import org.radllama.run.Json;

/**
 * The lists beside the dataset, one JSON object a line: {@code rejected.jsonl}, {@code
 * duplicates.jsonl}, {@code leakage.jsonl}, {@code identifiers.jsonl}. No report text.
 */
public final class RecordLists {
  private final FileSystem fs;
  private final Path root;

  /** Lists below a directory. */
  public RecordLists(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  /** Writes what was rejected, by source and id, records of one id by their origin. */
  public void rejected(List<Rejection> rejections) throws IOException {
    Comparator<Rejection> order =
        Comparator.comparing((Rejection r) -> new OrderKey(r.source(), OrderKey.UNLISTED, r.id()))
            .thenComparing(Rejection::origin);
    write("rejected.jsonl", rejections.stream().sorted(order).toList(), RecordLists::line);
  }

  /** Writes what was removed from train, in the order given, which is train's. */
  public void duplicates(List<Verdict.Duplicate> duplicates) throws IOException {
    write("duplicates.jsonl", duplicates, RecordLists::line);
  }

  /** Writes what leaks, by split and in the order given. */
  public void leakage(List<Verdict.Leak> leaks) throws IOException {
    write(
        "leakage.jsonl",
        leaks.stream().sorted(Comparator.comparing(Verdict.Leak::split)).toList(),
        RecordLists::line);
  }

  /** Writes where identifiers are, by report in the published order, column and place. */
  public void identifiers(List<ReportEntry> published) throws IOException {
    record Place(String id, Found found) {}
    write(
        "identifiers.jsonl",
        published.stream()
            .flatMap(e -> e.identifiers().stream().map(found -> new Place(e.order().id(), found)))
            .toList(),
        place -> line(place.id(), place.found()));
  }

  private static ObjectNode line(String id, Found found) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", id);
    node.put("column", found.column().label());
    node.put("kind", found.kind().label());
    node.put("start", found.start());
    node.put("end", found.end());
    node.put("masked", found.masked());
    return node;
  }

  private <T> void write(String file, List<T> rows, Function<T, ObjectNode> line)
      throws IOException {
    try (OutputStream out = Durable.create(fs, new Path(root, file), 1 << 16)) {
      for (T row : rows) {
        out.write(line.apply(row).toString().getBytes(StandardCharsets.UTF_8));
        out.write('\n');
      }
    }
  }

  private static ObjectNode line(Rejection rejection) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", rejection.id());
    node.put("stage", rejection.reason().stage().label());
    node.put("reason", rejection.reason().label());
    node.put("detail", rejection.detail());
    return node;
  }

  private static ObjectNode line(Verdict.Duplicate duplicate) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("id", duplicate.report().id());
    node.put("survivor", duplicate.survivor());
    node.put("kind", duplicate.kind().label());
    node.put("jaccard", duplicate.jaccard());
    node.put("cluster", duplicate.cluster());
    return node;
  }

  private static ObjectNode line(Verdict.Leak leak) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("held_out_id", leak.heldOut().id());
    node.put("split", leak.split().label());
    node.put("train_id", leak.train().id());
    node.put("kind", leak.kind());
    node.put("jaccard", leak.jaccard());
    return node;
  }
}
