package org.radllama.train.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.page.Charts;
import org.radllama.page.Page;
import org.radllama.run.Renaming;
import org.radllama.run.TextFiles;

/** A run's metrics: {@code metrics.jsonl} while it runs, {@code training.html} at its end. */
public final class TrainingLog implements AutoCloseable {
  private final FSDataOutputStream lines;
  private final List<StepMetrics> steps = new ArrayList<>();

  /**
   * Begins {@code metrics.jsonl}, or goes on with it.
   *
   * @param after the lines of steps up to this one are kept, later ones dropped; 0 for a new file
   */
  public TrainingLog(FileSystem fs, Path metrics, long after) throws IOException {
    if (after == 0 || !fs.exists(metrics)) {
      lines = fs.create(metrics, true);
      return;
    }
    Path kept = new Path(metrics.getParent(), "_" + metrics.getName());
    lines = fs.create(kept, true);
    read(fs, metrics).stream().filter(s -> s.step() <= after).forEach(this::add);
    // Killed before this, all old lines remain; after it, the kept ones.
    Renaming.replace(fs, kept, metrics);
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

  /** Adds a step, on disk at once. */
  public void add(StepMetrics step) {
    steps.add(step);
    try {
      lines.write((step.json() + "\n").getBytes(StandardCharsets.UTF_8));
      lines.hflush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes the page of curves. */
  public void writePage(FileSystem fs, Path page, Map<String, String> facts) throws IOException {
    Page html = new Page("Training run").facts(facts);
    html.heading("Loss")
        .figure(
            "Mean loss over target tokens in nats, by optimiser step.",
            curves(
                "loss",
                series("train", steps, StepMetrics::loss),
                series(
                    "validate",
                    steps.stream().filter(s -> s.validationLoss().isPresent()).toList(),
                    s -> s.validationLoss().orElse(Double.NaN))));
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
  }
}
