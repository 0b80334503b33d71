package org.radllama.ingest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.radllama.ingest.clean.CleaningRules;
import org.radllama.ingest.clean.TextCleaning;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.ingest.read.BackgroundTable;
import org.radllama.ingest.read.ReportReader;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Report;
import org.radllama.ingest.section.Sectioner;
import org.radllama.ingest.split.PlacedReport;
import org.radllama.ingest.split.Splitter;

/**
 * The record-by-record stages on Spark: read, section, clean, split, look for identifiers, in one
 * pass over the files.
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
   * All that is read, when it is asked for.
   *
   * @param reader reads the files
   * @param table what a table of a catalog has besides
   */
  JavaRDD<Outcome<Document>> read(
      ReportReader reader, List<SourceFile> files, Optional<JavaRDD<Outcome<Document>>> table) {
    if (files.isEmpty() && table.isPresent()) {
      return table.get();
    }
    files.forEach(reader::check);
    Broadcast<ReportReader> readers = spark.broadcast(reader);
    int tasks = tasks(files.size(), config.reading().filesPerTask(), spark.defaultParallelism());
    JavaRDD<Outcome<Document>> ofFiles =
        spark.parallelize(files, tasks).mapPartitions(share -> readers.value().read(share));
    return table.map(ofFiles::union).orElse(ofFiles);
  }

  /**
   * What happens to every record when it is asked for.
   *
   * @param background more sections of a source's reports, by source
   * @param done counts records as they are read
   * @param rejected counts those that no dataset will have
   */
  JavaRDD<Outcome<PlacedReport>> outcomes(
      JavaRDD<Outcome<Document>> documents,
      Splitter splitter,
      Map<String, BackgroundTable> background,
      LongAccumulator done,
      LongAccumulator rejected) {
    Broadcast<Splitter> splitters = spark.broadcast(splitter);
    Broadcast<Map<String, BackgroundTable>> tables = spark.broadcast(background);
    Sectioner sectioner = config.sectioner();
    TextCleaning texts = config.texts();
    CleaningRules rules = config.cleaning();
    PrivacyPolicy privacy = config.privacy();
    return documents.map(
        read -> {
          done.add(1);
          Outcome<PlacedReport> outcome =
              read.then(document -> sectioner.section(texts.decoded(document)))
                  .then(report -> Outcome.kept(complete(report, texts, tables.value())))
                  .then(report -> rules.clean(texts.unsigned(report)))
                  .then(report -> Outcome.kept(texts.noted(report)))
                  .then(report -> splitters.value().place(report))
                  .then(placed -> Outcome.kept(placed.screened(privacy)));
          if (!outcome.isKept()) {
            rejected.add(1);
          }
          return outcome;
        });
  }

  private static Report complete(
      Report report, TextCleaning texts, Map<String, BackgroundTable> background) {
    BackgroundTable table = background.get(report.source());
    return table == null ? report : table.complete(report, texts);
  }

  /** Records there will be, -1 if nobody knows. */
  static long total(List<SourceFile> files) {
    boolean known = files.stream().allMatch(SourceFile::isOneRecord);
    return known ? files.size() : -1;
  }
}
