package org.radllama.ingest.store;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.radllama.dataset.Similarity;
import org.radllama.dataset.Sketch;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Report;
import org.radllama.ingest.split.PlacedReport;
import scala.Tuple2;

/** The records of a run on Spark, packed, in memory or where that ends on disk. */
public final class ReportStore implements AutoCloseable {
  private final JavaSparkContext spark;
  private final JavaRDD<byte[]> records;

  /** Stores what happened to every record; nothing is read before {@link #index}. */
  public ReportStore(JavaSparkContext spark, JavaRDD<Outcome<PlacedReport>> outcomes) {
    this.spark = spark;
    this.records = outcomes.map(OutcomeCodec::encode).persist(StorageLevel.MEMORY_AND_DISK_SER());
  }

  /**
   * Reads everything and indexes it, in one pass.
   *
   * @throws org.radllama.failure.BadInputException when a patient is in more than one split
   */
  public ReportIndex index(Similarity similarity) {
    List<byte[]> slices =
        records
            .mapPartitionsWithIndex(
                (partition, rows) ->
                    List.of(Slice.pack(partition, rows, new Sketch.Maker(similarity))).iterator(),
                true)
            .collect();
    return ReportIndex.of(slices.stream().map(Slice::unpack).toList());
  }

  /**
   * Reports with numbers, which the index gave them.
   *
   * @param ranked the reports wanted, each with its place in the list as its number
   */
  public JavaPairRDD<Long, byte[]> ranked(List<ReportEntry> ranked) {
    Broadcast<int[][]> ranks = spark.broadcast(ranks(ranked));
    return JavaPairRDD.fromJavaRDD(
        records.mapPartitionsWithIndex(
            (partition, rows) -> wanted(ranks.value()[partition], rows), true));
  }

  /** The report in a record that {@link #ranked} handed out. */
  public static Report report(byte[] record) {
    return OutcomeCodec.decode(record).value().report();
  }

  /** A few reports, in the order of their entries. */
  public List<Report> fetch(Collection<ReportEntry> entries) {
    return ranked(List.copyOf(entries)).collect().stream()
        .sorted((a, b) -> Long.compare(a._1(), b._1()))
        .map(record -> report(record._2()))
        .toList();
  }

  /** The number of each row of each partition, -1 for rows that are not wanted. */
  private int[][] ranks(List<ReportEntry> ranked) {
    int[] rows = new int[records.getNumPartitions()];
    for (ReportEntry entry : ranked) {
      int partition = entry.place().partition();
      rows[partition] = Math.max(rows[partition], entry.place().row() + 1);
    }
    int[][] ranks = new int[rows.length][];
    for (int p = 0; p < rows.length; p++) {
      ranks[p] = new int[rows[p]];
      Arrays.fill(ranks[p], -1);
    }
    for (int rank = 0; rank < ranked.size(); rank++) {
      ReportEntry.Place place = ranked.get(rank).place();
      ranks[place.partition()][place.row()] = rank;
    }
    return ranks;
  }

  /** The wanted rows with their numbers, one by one. */
  private static Iterator<Tuple2<Long, byte[]>> wanted(int[] ranks, Iterator<byte[]> rows) {
    return Arrays.stream(ranks)
        .mapToObj(rank -> new Tuple2<>((long) rank, rows.next()))
        .filter(record -> record._1() >= 0)
        .iterator();
  }

  @Override
  public void close() {
    records.unpersist();
  }
}
