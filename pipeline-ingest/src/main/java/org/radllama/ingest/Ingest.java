package org.radllama.ingest;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.ingest.publish.CardFacts;
import org.radllama.ingest.publish.Croissant;
import org.radllama.ingest.publish.DatasetCard;
import org.radllama.ingest.publish.DatasetReadme;
import org.radllama.ingest.publish.DatasetWriter;
import org.radllama.ingest.publish.FactoryDatasets;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.publish.ManifestCounts;
import org.radllama.ingest.publish.RecordLists;
import org.radllama.ingest.publish.TrainingFormat;
import org.radllama.ingest.read.BackgroundTable;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Stage;
import org.radllama.ingest.store.ReportEntry;
import org.radllama.ingest.store.ReportIndex;
import org.radllama.ingest.store.ReportStore;
import org.radllama.run.AccumulatorProgress;
import org.radllama.run.Digests;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.JobSource;
import org.radllama.run.Json;
import org.radllama.run.Progress;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunRequest;
import org.radllama.tracking.Tracking;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ingest job: read, section, clean, split, deduplicate, publish. */
public final class Ingest {
  private static final Logger LOG = LoggerFactory.getLogger(Ingest.class);
  private static final String NO_PATIENTS =
      "No column says which patient a report is of (reports.patient), so a patient's reports may stand in train and in test.";
  private static final int SAMPLES_PER_SPLIT = 3;

  private final JobContext context;
  private final IngestConfig config;
  private final IngestInputs inputs;

  private Ingest(JobContext context, IngestConfig config) throws IOException {
    this.context = context;
    this.config = config;
    this.inputs = new IngestInputs(config, context.hadoop(), context::spark);
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
    Tracking tracking = Tracking.of(context);
    if (config.lacksPatients()) {
      LOG.warn(NO_PATIENTS);
    }
    RunRequest request =
        new RunRequest(
            "ingest",
            config.output().out(),
            config.output().runId(),
            config.settings(),
            ingest.inputs.runInputs());
    if (config.output().out() != null) {
      context.startSpark();
    }
    Run.Published<IngestTally> run = Run.publish(context, request, ingest::work);
    run.value().ifPresent(tally -> ingest.summarize(run.shown(), tally));
    tracking.after(run);
    return new IngestResult(run.value().map(tally -> run.directory().toString()), run.value());
  }

  private Run.Result<IngestTally> work(RunDirectory run) throws IOException {
    run.stage("list");
    List<SourceFile> files = inputs.files();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    run.stage("read");
    LongAccumulator done = spark.sc().longAccumulator("records read");
    LongAccumulator rejected = spark.sc().longAccumulator("records rejected");
    ReportPipeline pipeline = new ReportPipeline(spark, config);
    Map<String, BackgroundTable> background = inputs.background();
    try (JobSource figures = new JobSource();
        ReportStore store =
            new ReportStore(
                spark,
                pipeline.outcomes(
                    pipeline.read(inputs.reader(), files, inputs.tableReports(files.size())),
                    inputs.splitter(),
                    background,
                    done,
                    rejected))) {
      figures.gauge("reports_read", done::value);
      figures.gauge("reports_rejected", rejected::value);
      figures.register();
      ReportIndex index =
          AccumulatorProgress.watch(
              done,
              Progress.start(
                  "read", config.table().isPresent() ? -1 : ReportPipeline.total(files), "records"),
              () -> store.index(config.dedup().similarity()));
      IngestTally tally = read(index);
      run.stage("deduplicate");
      Deduplicated result = Deduplicated.of(spark, index, config.dedup(), tally);
      tally.requireNothingLost();
      config.rejecting().requireTrain(tally);
      PrivacyGate.check(config.privacy(), tally, result.kept());
      PrivacyGate.warning(tally).ifPresent(LOG::warn);
      run.stage("publish");
      publish(run, store, index, result, tally);
      return new Run.Result<>(extra(tally, result, index, background), tally);
    }
  }

  private IngestTally read(ReportIndex index) {
    IngestTally tally = new IngestTally();
    index.rejections().forEach(tally::addRejected);
    index.entries().forEach(tally::addRead);
    requireReadable(tally);
    config.rejecting().requireEnough(tally);
    long markup = tally.edited(Edit.MARKUP_LEFT);
    if (markup > 0) {
      LOG.warn(
          "{} reports have something in them that looks like markup and was left (markup_left; see reports.decode)",
          markup);
    }
    return tally;
  }

  private void publish(
      RunDirectory run,
      ReportStore store,
      ReportIndex index,
      Deduplicated result,
      IngestTally tally)
      throws IOException {
    Path root = run.directory();
    RecordLists lists = new RecordLists(run.fileSystem(), root);
    lists.rejected(index.rejections());
    lists.duplicates(result.duplicates());
    lists.leakage(result.decisions().leaks());
    lists.identifiers(result.kept());
    DatasetWriter.Written written =
        new DatasetWriter(
                new SerializableConfiguration(context.hadoop()),
                root,
                tally,
                config.reading().rowsPerPart(),
                config.sections(),
                config.formats())
            .write(store.ranked(result.kept()));
    if (written.rows() != result.kept().size()) {
      throw new IllegalStateException(
          format("%d reports kept, %d written", result.kept().size(), written.rows()));
    }
    CardFacts facts =
        CardFacts.of(result.decisions(), result.kept(), written.trainWords(), config.sections());
    describe(run, tally, facts, config.card().showText() ? samples(store, result) : List.of());
  }

  /** The first examples of each split, for a card that may quote reports. */
  private List<InstructionExample> samples(ReportStore store, Deduplicated result) {
    List<ReportEntry> first = new ArrayList<>();
    for (Split split : Split.values()) {
      result.kept().stream()
          .filter(entry -> entry.split() == split)
          .limit(SAMPLES_PER_SPLIT)
          .forEach(first::add);
    }
    return store.fetch(first).stream().map(report -> report.example(config.sections())).toList();
  }

  private void describe(
      RunDirectory run, IngestTally tally, CardFacts facts, List<InstructionExample> samples)
      throws IOException {
    FileSystem fs = run.fileSystem();
    List<Digests.Entry> files = new ArrayList<>();
    List<String> folders = new ArrayList<>(List.of(DatasetWriter.JSONL, "parquet"));
    config.formats().forEach(form -> folders.add(form.folder()));
    for (String folder : folders) {
      // Without a single example there is none.
      List<Digests.Entry> found =
          fs.exists(run.path(folder)) ? Digests.listing(fs, run.path(folder)) : List.of();
      for (Digests.Entry e : found) {
        files.add(new Digests.Entry(folder + "/" + e.path(), e.bytes(), e.sha256()));
      }
    }
    Json.write(
        fs,
        run.path("croissant.json"),
        new Croissant(config.card(), tally, run.runId(), config.formats()).json(files));
    DatasetReadme readme = new DatasetReadme(tally, config.card(), config.formats());
    run.write(DatasetReadme.FILE, readme.markdown());
    for (TrainingFormat form : config.formats()) {
      run.write(form.folder() + "/" + DatasetReadme.FILE, readme.markdown(form));
    }
    if (!config.formats().isEmpty()) {
      Json.write(fs, run.path(FactoryDatasets.FILE), FactoryDatasets.json(tally, config.formats()));
    }
    run.write(
        "card.html",
        new DatasetCard(
                tally,
                facts,
                config.card(),
                run.runId(),
                config.dedup(),
                config.privacy(),
                config.lacksPatients() ? List.of(NO_PATIENTS) : List.of())
            .html(samples));
  }

  private ObjectNode extra(
      IngestTally tally,
      Deduplicated result,
      ReportIndex index,
      Map<String, BackgroundTable> background) {
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.set("counts", ManifestCounts.json(tally));
    extra.set("counts_by_source", ManifestCounts.bySource(tally));
    extra.set("edits_by_source", ManifestCounts.edits(tally));
    extra.set("sections_by_source", ManifestCounts.sections(tally));
    extra.set("background_by_source", ManifestCounts.background(tally));
    if (!background.isEmpty()) {
      extra.set("background_files", joined(index, background));
    }
    extra.set("identifiers_by_source", ManifestCounts.identifiers(tally));
    extra.set("id_forms_by_source", ManifestCounts.idForms(tally));
    extra.set("leakage", ManifestCounts.leakage(tally));
    extra.set(
        "near_duplicates",
        ManifestCounts.near(result.decisions().clustering(), config.dedup().similarity()));
    return extra;
  }

  /** By source, how the rows of its file of background sections and its reports met. */
  private static ObjectNode joined(ReportIndex index, Map<String, BackgroundTable> background) {
    ObjectNode node = Json.mapper().createObjectNode();
    background.forEach(
        (source, table) -> {
          List<ReportEntry> reports =
              index.entries().stream().filter(e -> e.order().source().equals(source)).toList();
          long matched = reports.stream().filter(e -> table.has(e.order().id())).count();
          ObjectNode counts = node.putObject(source);
          counts.put("rows", table.size());
          counts.put("rows_matched", matched);
          counts.put("rows_unmatched", table.size() - matched);
          counts.put("reports_unmatched", reports.size() - matched);
        });
    return node;
  }

  private void requireReadable(IngestTally tally) {
    double most = config.reading().maxUnreadableShare();
    long records = tally.read() - tally.rejected(Reason.NOT_A_REPORT);
    if (tally.unreadable() > most * records) {
      String reasons =
          Arrays.stream(Reason.values())
              .filter(r -> r.stage() == Stage.READ && tally.rejected(r) > 0)
              .map(r -> r.label() + " " + tally.rejected(r))
              .collect(Collectors.joining(", "));
      boolean undecoded = tally.rejected(Reason.NOT_UTF8) + tally.rejected(Reason.BINARY) > 0;
      String encoding = undecoded ? " (see reports.encoding)" : "";
      throw JobFailure.input(
          format(
              "%d of %d records could not be read (%s), more than the share of %s that read.max-unreadable-share allows%s",
              tally.unreadable(), records, reasons, most, encoding));
    }
  }

  private void summarize(String published, IngestTally tally) {
    context
        .console()
        .result(
            format(
                "%s: %d read, train %d, validate %d, test %d",
                published,
                tally.read(),
                tally.kept(Split.TRAIN),
                tally.kept(Split.VALIDATE),
                tally.kept(Split.TEST)));
    IngestSummary.lines(tally).forEach(context.console()::result);
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
                    format(
                        "  --%s %s: %d files, %d bytes\n",
                        kind.flag(),
                        path,
                        files.stream().filter(f -> f.kind() == kind).count(),
                        files.stream()
                            .filter(f -> f.kind() == kind)
                            .mapToLong(SourceFile::bytes)
                            .sum())));
    plan.append(inputs.check(files));
    plan.append(
        format(
            "in %d tasks on %d cores, holding about %d MiB of reports in memory or on disk,\n",
            ReportPipeline.tasks(files.size(), config.reading().filesPerTask(), cores),
            cores,
            bytes * 3 / (1 << 20) + 1));
    plan.append("and write to ")
        .append(config.output().out() == null ? "(no --out given)" : config.output().out())
        .append(" with the settings\n");
    return plan.append(Json.text(config.settings().toJson())).toString();
  }
}
