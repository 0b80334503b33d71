package org.radllama.train.export;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.run.PublishedRuns;

/**
 * ROUGE of one system of a published evaluation, for its card.
 *
 * @param runId the evaluation
 * @param signature how it was computed
 * @param rows one for each corpus and score
 */
public record CardScores(String runId, String signature, List<Row> rows) {
  private static final String METRIC = "rouge(1|2|L)(_unicode)?_fmeasure";

  /** A score with the bounds of its interval. */
  record Row(
      String dataset, String split, String metric, double mean, double low, double high, long n) {}

  /**
   * Reads a run directory of eval.
   *
   * @param run a Hadoop path
   * @param system its name there, or empty for the one that was made with this adapter
   * @param adapterSha256 digest of the adapter's directory, as manifests have it
   * @throws BadInputException when it is no such run, or has no such system
   */
  public static CardScores read(
      Configuration hadoop, String run, Optional<String> system, String adapterSha256)
      throws IOException {
    Path directory = new Path(run);
    FileSystem fs = directory.getFileSystem(hadoop);
    Path root = PublishedRuns.files(fs, directory).orElse(directory);
    if (!fs.exists(new Path(root, "_SUCCESS")) || !fs.exists(new Path(root, "metrics.json"))) {
      throw new BadInputException(
          "--scores: no finished run of eval (_SUCCESS, metrics.json) in " + run);
    }
    JsonNode manifest = Json.read(fs, new Path(root, "manifest.json"));
    JsonNode metrics = Json.read(fs, new Path(root, "metrics.json"));
    String name = system.orElseGet(() -> named(manifest, adapterSha256, run));
    if (!metrics.path("systems").has(name)) {
      throw new BadInputException("--scores: %s has no system %s", run, name);
    }
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> dataset : metrics.path("systems").path(name).properties()) {
      for (Map.Entry<String, JsonNode> split : dataset.getValue().properties()) {
        for (Map.Entry<String, JsonNode> cell : split.getValue().path("all").properties()) {
          if (cell.getKey().matches(METRIC)) {
            JsonNode score = cell.getValue();
            rows.add(
                new Row(
                    dataset.getKey(),
                    split.getKey(),
                    cell.getKey(),
                    score.path("mean").asDouble(),
                    score.path("low").asDouble(),
                    score.path("high").asDouble(),
                    score.path("n").asLong()));
          }
        }
      }
    }
    if (rows.isEmpty()) {
      throw new BadInputException("--scores: %s has no ROUGE of system %s", run, name);
    }
    return new CardScores(
        manifest.path("run_id").asText(), metrics.path("signature").asText(), rows);
  }

  private static String named(JsonNode manifest, String adapterSha256, String run) {
    String prefix = "adapter ";
    for (JsonNode input : manifest.path("inputs")) {
      String name = input.path("name").asText();
      if (name.startsWith(prefix) && input.path("sha256").asText().equals(adapterSha256)) {
        return name.substring(prefix.length());
      }
    }
    throw new BadInputException(
        "--scores: no system of %s was made with this adapter (by the contents of its directory);"
            + " the setting system names one",
        run);
  }

  /** Markdown: a table, and how it was computed. */
  String text() {
    StringBuilder text =
        new StringBuilder("| Dataset | Split | Reports | Score | Mean | Interval |\n");
    text.append("| --- | --- | ---: | --- | ---: | --- |\n");
    for (Row row : rows) {
      text.append(
          format(
              "| %s | %s | %d | %s | %.4f | %.4f to %.4f |\n",
              row.dataset(),
              row.split(),
              row.n(),
              row.metric().replace("_fmeasure", "").replace("rouge", "ROUGE-").replace('_', ' '),
              row.mean(),
              row.low(),
              row.high()));
    }
    return text.append(format("\nF-measures of the evaluation `%s`: `%s`.\n", runId, signature))
        .toString();
  }
}
