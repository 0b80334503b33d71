package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private long[] hotBuckets() {
    long perText = table.similarity().comparisonsPerText();
    if ((double) table.bands() * (table.size() - 1) / 2 <= perText) {
      return new long[0];
    }
    Broadcast<TextTable> shared = tables;
    Map<Integer, Long> sizes = new TreeMap<>();
    bands()
        .map(band -> BandSearch.sizes(shared.value(), band))
        .collect()
        .forEach(some -> some.forEach((size, n) -> sizes.merge(size, n, Long::sum)));
    int limit = BandSearch.limit(sizes, perText * table.size());
    if (limit == Integer.MAX_VALUE) {
      return new long[0];
    }
    return bands()
        .flatMap(band -> BandSearch.larger(shared.value(), band, limit).iterator())
        .collect()
        .stream()
        .mapToLong(bucket -> bucket)
        .sorted()
        .toArray();
  }

  private NearPairs pairs(long[] hot) {
    Broadcast<TextTable> shared = tables;
    Broadcast<long[]> hots = spark.broadcast(hot);
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
    NearPairs all = NearPairs.merged(parts, table);
    LOG.info(
        "{} different findings, {} comparisons, {} pairs verified, {} buckets searched in the bounded way",
        table.size(),
        all.compared(),
        all.verified(),
        all.hotBuckets());
    return all;
  }
}
