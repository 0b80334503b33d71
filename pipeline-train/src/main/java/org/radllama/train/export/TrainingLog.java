package org.radllama.train.export;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.page.Charts;
import org.radllama.page.Page;
import org.radllama.run.GrowingFile;
import org.radllama.run.Memory;
import org.radllama.run.Renaming;
import org.radllama.run.TextFiles;

/** A run's metrics: {@code metrics.jsonl} while it runs, {@code training.html} at its end. */
public final class TrainingLog implements AutoCloseable {
  static final Duration BETWEEN_WRITES = Duration.ofMinutes(1);

  private final OutputStream lines;
  private final Optional<TensorBoardFile> tensorBoard;
  private final List<StepMetrics> steps = new ArrayList<>();

  /**
   * Begins {@code metrics.jsonl}, or continues with it.
   *
   * @param after the lines of steps up to this one are kept, later ones dropped; 0 for a new file
   * @param forTensorBoard whether the steps are written into a {@link TensorBoardFile} beside it
   *     too
   */
  public TrainingLog(FileSystem fs, Path metrics, long after, boolean forTensorBoard)
      throws IOException {
    Path events = new Path(metrics.getParent(), TensorBoardFile.NAME);
    tensorBoard =
        forTensorBoard ? Optional.of(new TensorBoardFile(fs, events, after)) : Optional.empty();
    boolean continued = after > 0 && fs.exists(metrics);
    Path kept = continued ? Renaming.draft(fs, metrics) : metrics;
    List<StepMetrics> before = continued ? read(fs, metrics) : List.of();
    lines = GrowingFile.create(fs, kept, BETWEEN_WRITES);
    for (StepMetrics step : before) {
      if (step.step() <= after) {
        line(step);
      }
    }
    lines.flush();
    if (!kept.equals(metrics)) {
      // Killed before this, all old lines remain; after it, the kept ones.
      Renaming.replace(fs, kept, metrics);
    }
  }

  /**
   * Reads a run's {@code metrics.jsonl}, finished or not; a line that was cut off is left out.
   *
   * @return the steps in the order they were taken
   */
  public static List<StepMetrics> read(FileSystem fs, Path metrics) throws IOException {
    List<StepMetrics> steps = new ArrayList<>();
    try (FSDataInputStream in = fs.open(metrics)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        StepMetrics.parse(line).ifPresent(steps::add);
      }
    }
    return steps;
  }

  /** Adds a step, on disk at once; on an object store, every minute. */
  public void add(StepMetrics step) {
    try {
      line(step);
      lines.flush();
      if (tensorBoard.isPresent()) {
        tensorBoard.get().add(step);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void line(StepMetrics step) throws IOException {
    steps.add(step);
    lines.write((step.json() + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What a page is about.
   *
   * @param runId the run's name
   * @param facts what was trained
   * @param settings the run's manifest as far as it is known, with all settings
   */
  public record About(String runId, Map<String, String> facts, String settings) {}

  /** Losses, time, speed and memory, a line each, for the end of a training. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    figures().forEach((name, value) -> lines.add(name + ": " + value));
    Memory.peak()
        .ifPresent(
            bytes -> lines.add(format("most memory of this process: %.1f GiB", bytes / 0x1p30)));
    return lines;
  }

  /** What all steps came to. */
  private Map<String, String> figures() {
    Map<String, String> figures = new LinkedHashMap<>();
    if (steps.isEmpty()) {
      return figures;
    }
    figures.put("loss", losses(steps, StepMetrics::loss));
    List<StepMetrics> validated = validated();
    if (!validated.isEmpty()) {
      figures.put("validation loss", losses(validated, s -> s.validationLoss().orElse(Double.NaN)));
    }
    double tokens = steps.stream().mapToDouble(StepMetrics::tokens).sum();
    double seconds = steps.stream().mapToDouble(s -> s.tokens() / s.tokensPerSecond()).sum();
    long whole = Math.round(seconds);
    figures.put(
        "time of the steps", format("%d:%02d:%02d", whole / 3600, whole % 3600 / 60, whole % 60));
    figures.put("tokens, prompts included", format("%,.0f, %,.0f/s", tokens, tokens / seconds));
    return figures;
  }

  private List<StepMetrics> validated() {
    return steps.stream().filter(s -> s.validationLoss().isPresent()).toList();
  }

  private static String losses(List<StepMetrics> of, ToDoubleFunction<StepMetrics> value) {
    StepMetrics best = of.stream().min(Comparator.comparingDouble(value)).orElseThrow();
    StepMetrics last = of.get(of.size() - 1);
    return format(
        "%.4f first, %.4f best (step %d), %.4f last (step %d)",
        value.applyAsDouble(of.get(0)),
        value.applyAsDouble(best),
        best.step(),
        value.applyAsDouble(last),
        last.step());
  }

  /** Writes the page of curves. */
  public void writePage(FileSystem fs, Path page, About about) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>(figures());
    facts.putAll(about.facts());
    Page html = new Page("Training " + about.runId());
    html.links(
        "Files of this run:",
        List.of(
            new Page.Link("metrics.jsonl (a line a step)", "metrics.jsonl"),
            new Page.Link("manifest.json", "manifest.json"),
            new Page.Link("timings.json (when it ran)", "timings.json")));
    html.links(
        "Where it was published beside this run:",
        List.of(new Page.Link("all runs over time", "../latest-report.html")));
    html.facts(facts);
    List<Charts.Series> losses =
        List.of(
            series("train", steps, StepMetrics::loss),
            series("validate", validated(), s -> s.validationLoss().orElse(Double.NaN)));
    String what = "Mean loss over target tokens in nats, by optimiser step";
    html.heading("Loss")
        .figure(what + ".", Charts.lines("step", "loss", losses))
        .foldedFigure(
            "On a logarithmic scale",
            what + ", on a logarithmic scale.",
            Charts.logLines("step", "loss", losses));
    html.heading("Optimiser")
        .figure(
            "Learning rate by optimiser step.",
            curves("learning rate", series("rate", steps, StepMetrics::learningRate)))
        .figure(
            "Global gradient norm before clipping.",
            curves("norm", series("norm", steps, StepMetrics::gradientNorm)));
    html.heading("Speed")
        .figure(
            "Tokens per second of wall time, prompts included.",
            curves("tokens/s", series("tokens/s", steps, StepMetrics::tokensPerSecond)));
    html.heading("Settings").preformatted("All settings and inputs", about.settings());
    TextFiles.write(fs, page, html.html());
  }

  private static String curves(String label, Charts.Series... series) {
    return Charts.lines("step", label, List.of(series));
  }

  private static Charts.Series series(
      String name, List<StepMetrics> steps, ToDoubleFunction<StepMetrics> value) {
    return new Charts.Series(
        name,
        steps.stream().mapToDouble(StepMetrics::step).toArray(),
        steps.stream().mapToDouble(value).toArray());
  }

  @Override
  public void close() throws IOException {
    lines.close();
    if (tensorBoard.isPresent()) {
      tensorBoard.get().close();
    }
  }
}
