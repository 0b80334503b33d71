package org.radllama.eval;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.history.Flag;
import org.radllama.eval.history.Found;
import org.radllama.eval.history.History;
import org.radllama.eval.history.HistoryFiles;
import org.radllama.eval.history.HistoryPage;
import org.radllama.eval.history.PublishedRun;
import org.radllama.eval.history.RunListing;
import org.radllama.eval.history.SetAside;
import org.radllama.run.Digests;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunInput;
import org.radllama.run.RunRequest;
import org.radllama.run.TextFiles;

/**
 * The report over all runs of a directory: read, publish, and put the page where it is always
 * found.
 */
public final class RunsReport {
  private static final String PAGE = "report.html";
  private static final String DATA = "history.json";

  private final JobContext context;
  private final ReportConfig config;
  private final History history;
  private final List<Flag> flags;

  private RunsReport(JobContext context, ReportConfig config, History history) {
    this.context = context;
    this.config = config;
    this.history = history;
    this.flags = history.flags(config.flagMetrics(), config.flagSubsets());
  }

  /**
   * Runs to a published report, or prints what was found.
   *
   * @return the report's directory; empty for a dry run
   * @throws JobFailure exit 2 for runs to compare that are not there, 3 for a directory that cannot
   *     be listed, 4 or 7 for a run-id that is taken
   */
  public static Optional<String> run(JobContext context, ReportConfig config) throws IOException {
    if ("cluster".equals(context.sparkConf().get("spark.submit.deployMode", "client"))) {
      // Nothing here needs executors, but a cluster takes an application without a session for
      // dead.
      context.spark();
    }
    List<Found> found = RunListing.read(context.hadoop(), config.runs(), config.threads());
    History history = History.of(found, config.metrics(), config.subsets());
    return new RunsReport(context, config, history).run(inputs(found));
  }

  private Optional<String> run(List<Digests.Entry> inputs) throws IOException {
    for (String id : config.compare()) {
      if (history.find(id).isEmpty()) {
        throw JobFailure.usage("compare: no run %s in %s".formatted(id, config.runs()));
      }
    }
    if (config.dryRun()) {
      context.console().result(Json.text(HistoryFiles.counts(history)).strip() + "\n(dry run)");
      return Optional.empty();
    }
    RunRequest request =
        new RunRequest(
            "report",
            config.out(),
            config.runId(),
            config.settings(),
            List.of(RunInput.partly("runs", config.runs(), inputs)));
    Run.Published<?> run = Run.publish(context, request, this::work);
    latest(run.files());
    context.console().result(line(run.shown(PAGE)));
    return Optional.of(run.shown());
  }

  /** All that the report depends on; reports themselves are left out, or none would be the last. */
  private static List<Digests.Entry> inputs(List<Found> found) {
    List<Digests.Entry> entries = new ArrayList<>();
    for (Found one : found) {
      if (one instanceof PublishedRun run && !run.job().equals("report")) {
        entries.addAll(run.read());
      } else if (one instanceof SetAside aside) {
        entries.add(new Digests.Entry(aside.folder(), 0, aside.problem().name()));
      }
    }
    entries.sort(Comparator.comparing(Digests.Entry::path));
    return entries;
  }

  private Run.Result<List<Flag>> work(RunDirectory run) throws IOException {
    run.stage("report");
    HistoryPage.Shown shown =
        new HistoryPage.Shown(
            "Runs over time",
            history.pair(config.compare()),
            config.mostRuns(),
            config.changes(),
            (ObjectNode) config.settings().toJson());
    run.write(PAGE, HistoryPage.html(history, flags, shown));
    run.write(DATA, Json.text(HistoryFiles.json(history, flags)));
    run.write("runs.csv", HistoryFiles.runsCsv(history));
    run.write("scores.csv", HistoryFiles.scoresCsv(history));
    ObjectNode extra = Json.mapper().createObjectNode();
    ObjectNode counts = HistoryFiles.counts(history);
    counts.put("flags", flags.size());
    extra.set("counts", counts);
    return new Run.Result<>(extra, flags);
  }

  /** Puts page and data at the address that stays, unless they are an answer to one question. */
  private void latest(Path published) throws IOException {
    if (config.compare().isEmpty()) {
      for (String file : List.of(PAGE, DATA)) {
        replace(new Path(published, file), new Path(config.out(), "latest-" + file));
      }
    }
  }

  /** A reader sees the old file or the new one, whole. */
  private void replace(Path from, Path to) throws IOException {
    FileSystem fs = to.getFileSystem(context.hadoop());
    Path next = new Path(config.out(), "_work/" + to.getName() + "." + UUID.randomUUID());
    try (var in = fs.open(from)) {
      // One folder higher, links to other runs are one shorter.
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      TextFiles.replace(fs, to, next, text.replace("href=\"../", "href=\""));
    }
  }

  private String line(String page) {
    String jobs =
        HistoryFiles.counts(history).path("runs").properties().stream()
            .map(job -> job.getValue() + " " + job.getKey())
            .collect(Collectors.joining(", "));
    return format(
        "%d runs (%s), %d other folders, %d to look at: %s",
        history.runs().size(), jobs, history.setAside().size(), flags.size(), page);
  }
}
