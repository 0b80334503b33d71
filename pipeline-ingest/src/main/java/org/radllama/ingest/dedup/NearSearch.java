package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Searches the bands of a table on Spark: executors get the table once, each task some bands. */
public final class NearSearch {
  private static final Logger LOG = LoggerFactory.getLogger(NearSearch.class);

  private final JavaSparkContext spark;
  private final TextTable table;
  private final Broadcast<TextTable> tables;

  private NearSearch(JavaSparkContext spark, TextTable table) {
    this.spark = spark;
    this.table = table;
    this.tables = spark.broadcast(table);
  }

  /** All near pairs of a table. */
  public static NearPairs run(JavaSparkContext spark, TextTable table) {
    NearSearch search = new NearSearch(spark, table);
    try {
      return search.pairs(search.hotBuckets());
    } finally {
      search.tables.destroy();
    }
  }

  private JavaRDD<Integer> bands() {
    List<Integer> bands = IntStream.range(0, table.bands()).boxed().toList();
    int tasks = Math.min(table.bands(), 4 * spark.defaultParallelism());
    return spark.parallelize(new ArrayList<>(bands), tasks);
  }

  /** Where comparing everything stays within the budget, no bucket is hot and none is counted. */
  private Set<Long> hotBuckets() {
    long perText = table.similarity().comparisonsPerText();
    if ((double) table.bands() * (table.size() - 1) / 2 <= perText) {
      return Set.of();
    }
    Broadcast<TextTable> shared = tables;
    Map<Integer, Long> sizes = new TreeMap<>();
    bands()
        .map(band -> BandSearch.sizes(shared.value(), band))
        .collect()
        .forEach(some -> some.forEach((size, n) -> sizes.merge(size, n, Long::sum)));
    int limit = BandSearch.limit(sizes, perText * table.size());
    if (limit == Integer.MAX_VALUE) {
      return Set.of();
    }
    Set<Long> hot = new HashSet<>();
    bands()
        .map(band -> BandSearch.larger(shared.value(), band, limit))
        .collect()
        .forEach(hot::addAll);
    return hot;
  }

  private NearPairs pairs(Set<Long> hot) {
    Broadcast<TextTable> shared = tables;
    Broadcast<Set<Long>> hots = spark.broadcast(hot);
    List<NearPairs> parts =
        bands()
            .mapPartitions(
                bands -> {
                  List<Integer> mine = new ArrayList<>();
                  bands.forEachRemaining(mine::add);
                  return List.of(new BandSearch(shared.value(), hots.value()).search(mine))
                      .iterator();
                })
            .collect();
    NearPairs all = new NearPairs();
    parts.forEach(part -> all.merge(part, table));
    LOG.info(
        "{} different findings, {} comparisons, {} verified, {} near pairs of reports, {} buckets bounded",
        table.size(),
        all.compared(),
        all.verified(),
        all.pairs(),
        all.hotBuckets());
    return all;
  }
}
