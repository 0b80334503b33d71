package org.radllama.eval.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.Summary;
import org.radllama.eval.score.SummaryTable;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/**
 * The scores of a published evaluation, read back from its {@code metrics.json}.
 *
 * @param signature how the scores were computed; scores of other signatures do not compare
 * @param table every system's scores on every subset
 * @param comparisons the paired tests
 */
public record PublishedScores(String signature, SummaryTable table, List<Comparison> comparisons) {

  /**
   * Reads a run directory of eval.
   *
   * @param runDir a Hadoop path
   * @throws JobFailure exit 3 when it is not a finished run of eval
   */
  public static PublishedScores read(Configuration hadoop, String runDir) throws IOException {
    Path root = new Path(runDir);
    FileSystem fs = root.getFileSystem(hadoop);
    if (!fs.exists(new Path(root, "_SUCCESS")) || !fs.exists(new Path(root, "metrics.json"))) {
      throw JobFailure.input("no finished run of eval (_SUCCESS, metrics.json) in " + runDir);
    }
    return of(Json.read(fs, new Path(root, "metrics.json")));
  }

  static PublishedScores of(JsonNode root) {
    TreeSet<String> labels = new TreeSet<>();
    for (JsonNode datasets : root.path("systems")) {
      for (JsonNode splits : datasets) {
        splits.forEach(cells -> cells.fieldNames().forEachRemaining(labels::add));
      }
    }
    root.path("comparisons").forEach(c -> labels.add(c.path("subset").asText()));
    Map<String, Subset> subsets = Subset.published(labels);
    Map<String, Map<Corpus, Map<Subset, Map<String, Summary>>>> systems = new TreeMap<>();
    fields(root.path("systems"))
        .forEach(e -> systems.put(e.getKey(), corpora(e.getValue(), subsets)));
    List<Comparison> comparisons = new ArrayList<>();
    root.path("comparisons").forEach(c -> comparisons.add(comparison(c, subsets)));
    return new PublishedScores(
        root.path("signature").asText(), SummaryTable.of(systems), comparisons);
  }

  private static Map<Corpus, Map<Subset, Map<String, Summary>>> corpora(
      JsonNode datasets, Map<String, Subset> subsets) {
    Map<Corpus, Map<Subset, Map<String, Summary>>> corpora = new TreeMap<>();
    for (Map.Entry<String, JsonNode> dataset : fields(datasets)) {
      for (Map.Entry<String, JsonNode> split : fields(dataset.getValue())) {
        Map<Subset, Map<String, Summary>> cells = new TreeMap<>();
        fields(split.getValue())
            .forEach(e -> cells.put(subsets.get(e.getKey()), scores(e.getValue())));
        corpora.put(new Corpus(dataset.getKey(), split.getKey()), cells);
      }
    }
    return corpora;
  }

  private static Iterable<Map.Entry<String, JsonNode>> fields(JsonNode node) {
    return node::fields;
  }

  private static Map<String, Summary> scores(JsonNode metrics) {
    Map<String, Summary> scores = new LinkedHashMap<>();
    fields(metrics).forEach(e -> scores.put(e.getKey(), summary(e.getValue())));
    return scores;
  }

  private static Summary summary(JsonNode cell) {
    return new Summary(
        cell.path("mean").asDouble(),
        cell.path("low").asDouble(),
        cell.path("high").asDouble(),
        cell.path("n").asLong(),
        cell.has("mid") ? Optional.of(cell.get("mid").asDouble()) : Optional.empty());
  }

  private static Comparison comparison(JsonNode node, Map<String, Subset> subsets) {
    return new Comparison(
        new Corpus(node.path("dataset").asText(), node.path("split").asText()),
        subsets.get(node.path("subset").asText()),
        node.path("metric").asText(),
        node.path("a").asText(),
        node.path("b").asText(),
        node.path("n").asLong(),
        node.path("difference").asDouble(),
        node.path("p").asDouble(),
        node.path("p_holm").asDouble());
  }
}
