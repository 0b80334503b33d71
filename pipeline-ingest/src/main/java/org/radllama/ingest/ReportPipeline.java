package org.radllama.ingest;

import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.ingest.read.Document;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.ReportReader;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.section.Sectioner;
import org.radllama.ingest.split.IntegrityCheck;
import org.radllama.ingest.split.PlacedReport;
import org.radllama.ingest.split.Splitter;

/**
 * The record-by-record stages on Spark: read, section, clean, split, in one pass over the files.
 */
final class ReportPipeline {
  private final JavaSparkContext spark;
  private final IngestConfig config;

  ReportPipeline(JavaSparkContext spark, IngestConfig config) {
    this.spark = spark;
    this.config = config;
  }

  /** Tasks of the reading stage: many small files each, at least one a core. */
  static int tasks(int files, int filesPerTask, int cores) {
    int byFiles =
        (int) Math.min(Integer.MAX_VALUE, ((long) files + filesPerTask - 1) / filesPerTask);
    return Math.max(1, Math.min(files, Math.max(byFiles, cores)));
  }

  /**
   * What became of every record; kept in memory and on disk, since several passes follow.
   *
   * @throws org.radllama.ingest.run.JobFailure exit 3 when a patient is in more than one split
   */
  JavaRDD<Outcome<PlacedReport>> outcomes(List<SourceFile> files, Splitter splitter) {
    LongAccumulator done = spark.sc().longAccumulator("records read");
    JavaRDD<Outcome<PlacedReport>> outcomes =
        mapped(files, splitter, done).persist(StorageLevel.MEMORY_AND_DISK_SER());
    Map<String, Long> repeated;
    try (AccumulatorProgress progress =
        AccumulatorProgress.watch("read", done, total(files), "records")) {
      repeated = IntegrityCheck.run(outcomes);
    }
    return repeated.isEmpty() ? outcomes : firstOnly(outcomes, repeated);
  }

  private JavaRDD<Outcome<PlacedReport>> mapped(
      List<SourceFile> files, Splitter splitter, LongAccumulator done) {
    ReportReader reader =
        new ReportReader(spark.hadoopConfiguration(), config.reading().settings());
    files.forEach(reader::check);
    Broadcast<ReportReader> readers = spark.broadcast(reader);
    Broadcast<Splitter> splitters = spark.broadcast(splitter);
    Sectioner sectioner = config.sectioner();
    CleaningRules rules = config.cleaning();
    int tasks = tasks(files.size(), config.reading().filesPerTask(), spark.defaultParallelism());
    return spark
        .parallelize(files, tasks)
        .mapPartitions(share -> readers.value().read(share))
        .map(
            (Outcome<Document> read) -> {
              done.add(1);
              return read.then(sectioner::section)
                  .then(rules::clean)
                  .then(report -> splitters.value().place(report));
            });
  }

  /** Rejects all but the first record of each id that came more than once. */
  private JavaRDD<Outcome<PlacedReport>> firstOnly(
      JavaRDD<Outcome<PlacedReport>> outcomes, Map<String, Long> repeated) {
    Broadcast<Map<String, Long>> first = spark.broadcast(repeated);
    return outcomes.map(
        outcome ->
            outcome.then(
                placed -> {
                  Long origin = first.value().get(placed.report().id());
                  return origin == null || origin == placed.report().origin()
                      ? Outcome.kept(placed)
                      : placed.report().reject(Reason.DUPLICATE_ID, "not the first of this id");
                }));
  }

  private static long total(List<SourceFile> files) {
    boolean known = files.stream().allMatch(SourceFile::isOneRecord);
    return known ? files.size() : -1;
  }
}
