package org.radllama.ingest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.ingest.dedup.Deduplication;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.instruct.InstructionExample;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.publish.Counts;
import org.radllama.ingest.publish.Croissant;
import org.radllama.ingest.publish.DatasetCard;
import org.radllama.ingest.publish.DatasetWriter;
import org.radllama.ingest.publish.RecordLists;
import org.radllama.ingest.publish.Samples;
import org.radllama.ingest.publish.Tally;
import org.radllama.ingest.read.Outcome;
import org.radllama.ingest.read.Reason;
import org.radllama.ingest.read.Rejection;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.read.Stage;
import org.radllama.ingest.run.Digests;
import org.radllama.ingest.run.JobContext;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;
import org.radllama.ingest.run.RunDirectory;
import org.radllama.ingest.run.RunRequest;
import org.radllama.ingest.split.PlacedReport;

/** The ingest job: read, section, clean, split, deduplicate, publish. */
public final class Ingest {
  private final JobContext context;
  private final IngestConfig config;
  private final IngestInputs inputs;

  private Ingest(JobContext context, IngestConfig config) throws IOException {
    this.context = context;
    this.config = config;
    this.inputs = new IngestInputs(config, context.hadoop());
  }

  /**
   * Runs to a published dataset, or prints the plan.
   *
   * @throws JobFailure exit 3 for unreadable input or too much of it rejected, 4 for a run-id that
   *     is taken
   */
  public static IngestResult run(JobContext context, IngestConfig config) throws IOException {
    Ingest ingest = new Ingest(context, config);
    if (config.output().dryRun()) {
      context.console().result(ingest.plan());
      return IngestResult.NOTHING;
    }
    RunRequest request =
        new RunRequest(
            "ingest",
            config.output().out(),
            config.output().runId(),
            config.settings(),
            ingest.inputs.runInputs(),
            Set.of());
    Optional<RunDirectory> run = RunDirectory.open(context, request);
    if (run.isEmpty()) {
      return IngestResult.NOTHING;
    }
    try (RunDirectory directory = run.get()) {
      return ingest.work(directory);
    }
  }

  private IngestResult work(RunDirectory run) throws IOException {
    run.stage("list");
    List<SourceFile> files = inputs.files();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    int partitions = partitions(files, spark.defaultParallelism());
    run.stage("read");
    JavaRDD<Outcome<PlacedReport>> outcomes =
        new ReportPipeline(spark, config).outcomes(files, inputs.splitter());
    Tally tally = outcomes.aggregate(new Tally(), Tally::addOutcome, Tally::merge);
    requireReadable(tally);
    run.stage("deduplicate");
    JavaRDD<Verdict> verdicts =
        Deduplication.run(kept(outcomes), config.dedup(), partitions)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    tally.merge(verdicts.aggregate(new Tally(), Tally::addVerdict, Tally::merge));
    tally.requireNothingLost();
    run.stage("publish");
    publish(run, new Lists(outcomes, verdicts), tally, partitions);
    Path published = run.publish(extra(tally));
    outcomes.unpersist();
    verdicts.unpersist();
    summarize(published, tally);
    return new IngestResult(Optional.of(published.toString()), Optional.of(tally));
  }

  private record Lists(JavaRDD<Outcome<PlacedReport>> outcomes, JavaRDD<Verdict> verdicts) {}

  private static JavaRDD<PlacedReport> kept(JavaRDD<Outcome<PlacedReport>> outcomes) {
    return outcomes
        .filter(outcome -> outcome instanceof Outcome.Kept)
        .map(outcome -> ((Outcome.Kept<PlacedReport>) outcome).value());
  }

  private static JavaRDD<Rejection> rejected(JavaRDD<Outcome<PlacedReport>> outcomes) {
    return outcomes
        .filter(outcome -> outcome instanceof Outcome.Rejected)
        .map(outcome -> ((Outcome.Rejected<PlacedReport>) outcome).rejection());
  }

  private void publish(RunDirectory run, Lists lists, Tally tally, int partitions)
      throws IOException {
    Path root = run.path("jsonl").getParent();
    FileSystem fs = run.fileSystem();
    new RecordLists(fs, root, partitions).write(rejected(lists.outcomes()), lists.verdicts());
    JavaRDD<PlacedReport> kept =
        lists
            .verdicts()
            .filter(verdict -> verdict instanceof Verdict.Kept)
            .map(verdict -> ((Verdict.Kept) verdict).report());
    long written =
        new DatasetWriter(
                new SerializableConfiguration(context.hadoop()),
                root,
                tally,
                config.reading().rowsPerPart())
            .write(kept, partitions);
    long expected = Arrays.stream(Split.values()).mapToLong(tally::kept).sum();
    if (written != expected) {
      throw new IllegalStateException("%d reports kept, %d written".formatted(expected, written));
    }
    describe(run, tally, config.card().showText() ? Samples.first(kept) : List.of());
  }

  private void describe(RunDirectory run, Tally tally, List<InstructionExample> samples)
      throws IOException {
    FileSystem fs = run.fileSystem();
    List<Digests.Entry> files = new ArrayList<>();
    for (String folder : List.of("jsonl", "parquet")) {
      for (Digests.Entry e : Digests.listing(fs, run.path(folder))) {
        files.add(new Digests.Entry(folder + "/" + e.path(), e.bytes(), e.sha256()));
      }
    }
    Json.write(
        fs,
        run.path("croissant.json"),
        new Croissant(config.card(), tally, run.runId()).json(files));
    String card =
        new DatasetCard(tally, config.card(), run.runId(), config.dedup().leakage()).html(samples);
    try (OutputStream out = fs.create(run.path("card.html"), true)) {
      out.write(card.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static ObjectNode extra(Tally tally) {
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.set("counts", Counts.json(tally));
    extra.set("counts_by_source", Counts.bySource(tally));
    extra.set("edits_by_source", Counts.edits(tally));
    extra.set("leakage", Counts.leakage(tally));
    return extra;
  }

  private void requireReadable(Tally tally) {
    double most = config.reading().maxUnreadableShare();
    if (tally.unreadable() > most * tally.read()) {
      String reasons =
          Arrays.stream(Reason.values())
              .filter(r -> r.stage() == Stage.READ && tally.rejected(r) > 0)
              .map(r -> r.label() + " " + tally.rejected(r))
              .collect(Collectors.joining(", "));
      throw JobFailure.input(
          "%d of %d records could not be read (%s), more than the share of %s that read.max-unreadable-share allows"
              .formatted(tally.unreadable(), tally.read(), reasons, most));
    }
  }

  private void summarize(Path published, Tally tally) {
    context
        .console()
        .result(
            "%s: %d read, train %d, validate %d, test %d"
                .formatted(
                    published.toUri().getPath(),
                    tally.read(),
                    tally.kept(Split.TRAIN),
                    tally.kept(Split.VALIDATE),
                    tally.kept(Split.TEST)));
  }

  private static int partitions(List<SourceFile> files, int cores) {
    long bytes = files.stream().mapToLong(SourceFile::bytes).sum();
    return (int) Math.min(10_000, Math.max(cores, bytes >> 25));
  }

  private String plan() throws IOException {
    List<SourceFile> files = inputs.files();
    long bytes = files.stream().mapToLong(SourceFile::bytes).sum();
    int cores = Runtime.getRuntime().availableProcessors();
    StringBuilder plan = new StringBuilder("ingest would read\n");
    config
        .sources()
        .forEach(
            (kind, path) ->
                plan.append(
                    "  --%s %s: %d files, %d bytes\n"
                        .formatted(
                            kind.flag(),
                            path,
                            files.stream().filter(f -> f.kind() == kind).count(),
                            files.stream()
                                .filter(f -> f.kind() == kind)
                                .mapToLong(SourceFile::bytes)
                                .sum())));
    plan.append(inputs.check(files));
    plan.append(
        "in %d tasks on %d cores, holding about %d MiB of reports in memory or on disk,\n"
            .formatted(
                ReportPipeline.tasks(files.size(), config.reading().filesPerTask(), cores),
                cores,
                bytes * 3 / (1 << 20) + 1));
    plan.append("and write to ")
        .append(config.output().out() == null ? "(no --out given)" : config.output().out())
        .append(" with the settings\n");
    return plan.append(Json.text(config.settings().toJson())).toString();
  }
}
