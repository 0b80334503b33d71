package org.radllama.tracking;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.Json;
import org.radllama.run.PublishedFiles;
import org.radllama.run.PublishedRuns;

/** What a published run tells those who follow experiments: no report text, and no ids. */
final class TrackedRun {
  /** Files and folders that hold neither, by the job that writes them. */
  private static final Map<String, List<String>> FILES =
      Map.of(
          "ingest", List.of("README.md", "card.html", "croissant.json"),
          "train", List.of("README.md", "training.html", "metrics.jsonl", "adapter", "model"),
          "eval", List.of("report.html", "metrics.json", "tables"));

  /** Of a page, the setting that lets it quote reports. */
  private static final Map<String, String> SHOWS_TEXT =
      Map.of(
          "card.html", "/card/show-text",
          "report.html", "/report/show-text",
          "tables", "/report/show-text");

  /** Of an evaluation's thousands of numbers, the means on all reports and on the clean ones. */
  private static final String SCORES = ".*/(all|clean)/[^/]*/mean";

  private final FileSystem fs;
  private final Path root;
  private final byte[] bytes;
  private final JsonNode manifest;
  private final JsonNode timings;

  /**
   * A metric at a step of training; step 0 for a run's own.
   *
   * @param millis when, since 1970
   */
  record Metric(String name, double value, long step, long millis) {}

  /**
   * Reads a run.
   *
   * @throws BadInputException when none is published there
   */
  TrackedRun(FileSystem fs, Path run) throws IOException {
    this.fs = fs;
    this.root =
        PublishedRuns.files(fs, run)
            .orElseThrow(() -> new BadInputException("no run is published in %s", run));
    try (InputStream in = fs.open(new Path(root, PublishedFiles.MANIFEST))) {
      bytes = in.readAllBytes();
    }
    manifest = Json.parse(bytes);
    Path times = new Path(root, "timings.json");
    timings = fs.exists(times) ? Json.read(fs, times) : Json.mapper().missingNode();
  }

  String id() {
    return manifest.path("run_id").asText();
  }

  String job() {
    return manifest.path("job").asText();
  }

  /** Of the manifest, which names all that the run was made from. */
  String digest() {
    return Digests.sha256(bytes);
  }

  String version() {
    return manifest.at("/versions/radllama").asText();
  }

  String commit() {
    return manifest.at("/versions/radllama_commit").asText();
  }

  /** The inputs: name, digest. */
  Map<String, String> inputs() {
    Map<String, String> inputs = new TreeMap<>();
    manifest
        .path("inputs")
        .forEach(i -> inputs.put(i.path("name").asText(), i.path("sha256").asText()));
    return inputs;
  }

  long start() {
    return millis("start");
  }

  long end() {
    return millis("end");
  }

  private long millis(String key) {
    try {
      return Instant.parse(timings.path(key).asText()).toEpochMilli();
    } catch (DateTimeParseException e) {
      return 0;
    }
  }

  /** All settings that decided, by their keys. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new TreeMap<>();
    leaves(
        "",
        ".",
        manifest.path("configuration"),
        (key, value) ->
            parameters.put(key, value.isValueNode() ? value.asText() : value.toString()));
    parameters.values().removeIf(String::isEmpty);
    return parameters;
  }

  /** Counts, losses and scores. */
  List<Metric> metrics() throws IOException {
    List<Metric> metrics = new ArrayList<>();
    BiConsumer<String, JsonNode> add =
        (name, value) -> {
          if (value.isNumber()) {
            metrics.add(new Metric(name, value.asDouble(), 0, end()));
          }
        };
    leaves("counts", ".", manifest.path("counts"), add);
    leaves("training", ".", manifest.path("training"), add);
    metrics.addAll(steps());
    metrics.addAll(scores());
    metrics.removeIf(m -> !Double.isFinite(m.value()));
    return metrics;
  }

  private List<Metric> steps() throws IOException {
    List<Metric> metrics = new ArrayList<>();
    Path file = new Path(root, "metrics.jsonl");
    if (!fs.exists(file)) {
      return metrics;
    }
    double seconds = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode step = Json.mapper().readTree(line);
        seconds += step.path("tokens").asDouble() / step.path("tokens_per_second").asDouble(1);
        long at = start() + Math.round(seconds * 1000);
        for (String name :
            List.of(
                "loss", "validation_loss", "learning_rate", "gradient_norm", "tokens_per_second")) {
          if (step.path(name).isNumber()) {
            metrics.add(
                new Metric(name, step.path(name).asDouble(), step.path("step").asLong(), at));
          }
        }
      }
    }
    return metrics;
  }

  /** Means of an evaluation as {@code SYSTEM/DATASET/SPLIT/SUBSET/METRIC}. */
  private List<Metric> scores() throws IOException {
    List<Metric> metrics = new ArrayList<>();
    Path file = new Path(root, "metrics.json");
    if (!fs.exists(file)) {
      return metrics;
    }
    leaves(
        "",
        "/",
        Json.read(fs, file).path("systems"),
        (key, value) -> {
          if (value.isNumber() && key.matches(SCORES)) {
            String name = key.substring(0, key.lastIndexOf('/'));
            metrics.add(new Metric(name, value.asDouble(), 0, end()));
          }
        });
    return metrics;
  }

  private static void leaves(
      String key, String separator, JsonNode node, BiConsumer<String, JsonNode> to) {
    if (node.isObject()) {
      String before = key.isEmpty() ? "" : key + separator;
      node.fields().forEachRemaining(e -> leaves(before + e.getKey(), separator, e.getValue(), to));
    } else if (!node.isMissingNode() && !node.isNull()) {
      to.accept(key, node);
    }
  }

  /** The files that may leave, by their paths below the run. */
  List<String> files() throws IOException {
    List<String> files = new ArrayList<>(List.of(PublishedFiles.MANIFEST));
    for (String name : FILES.getOrDefault(job(), List.of())) {
      String shows = SHOWS_TEXT.getOrDefault(name, "");
      boolean quotes = !shows.isEmpty() && manifest.path("configuration").at(shows).asBoolean();
      if (!quotes && fs.exists(new Path(root, name))) {
        below(name, files);
      }
    }
    return files;
  }

  private void below(String name, List<String> files) throws IOException {
    Path path = new Path(root, name);
    if (fs.getFileStatus(path).isFile()) {
      files.add(name);
      return;
    }
    for (var child : fs.listStatus(path)) {
      below(name + "/" + child.getPath().getName(), files);
    }
  }

  InputStream open(String file) throws IOException {
    return fs.open(new Path(root, file));
  }
}
