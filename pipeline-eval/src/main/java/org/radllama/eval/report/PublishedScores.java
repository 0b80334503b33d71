package org.radllama.eval.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.compare.Comparison;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;
import org.radllama.eval.score.statistics.ScoreKey;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.eval.score.statistics.SummaryTable;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.run.PublishedRuns;

/**
 * The scores of a published evaluation, as {@code metrics.json} has them: {@code signature}, {@code
 * signatures} of single scores, {@code test_sets}, {@code systems.NAME.DATASET.SPLIT.SUBSET.METRIC
 * = {mean, low, high, n}} and {@code comparisons}. The same bytes for the same predictions and
 * settings.
 *
 * @param signature how the scores were computed; scores of other signatures do not compare
 * @param table every system's scores on every subset
 * @param comparisons the paired tests
 */
public record PublishedScores(String signature, SummaryTable table, List<Comparison> comparisons) {
  /** {@code metrics.json} of an evaluation. */
  public static ObjectNode json(EvalOutcome outcome) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("signature", outcome.signature());
    ObjectNode signatures = root.putObject("signatures");
    outcome.metrics().signatures(outcome.counts().references()).forEach(signatures::put);
    ObjectNode sets = root.putObject("test_sets");
    outcome
        .counts()
        .testSets()
        .forEach(
            (corpus, of) -> {
              ObjectNode known =
                  sets.path(corpus.dataset()) instanceof ObjectNode node
                      ? node
                      : sets.putObject(corpus.dataset());
              ObjectNode subsets = known.putObject(corpus.split());
              of.forEach(
                  (subset, set) ->
                      subsets
                          .putObject(subset.label())
                          .put("n", set.reports())
                          .put("ids", set.ids())
                          .put("ids_and_references", set.hash()));
            });
    ObjectNode systems = root.putObject("systems");
    for (Summary s : outcome.summaries().all()) {
      ObjectNode node = systems;
      for (String name : s.key().path()) {
        node = node.get(name) instanceof ObjectNode known ? known : node.putObject(name);
      }
      node.put("mean", s.mean()).put("low", s.low()).put("high", s.high()).put("n", s.n());
      if (s.mid().isPresent()) {
        node.put("mid", s.mid().getAsDouble());
      }
    }
    root.set("comparisons", Json.mapper().valueToTree(outcome.comparisons()));
    return root;
  }

  /**
   * Reads a run directory of eval.
   *
   * @param runDir a Hadoop path
   * @throws BadInputException when it is not a finished run of eval
   */
  public static PublishedScores read(Configuration hadoop, String runDir) throws IOException {
    Path run = new Path(runDir);
    FileSystem fs = run.getFileSystem(hadoop);
    Path root = PublishedRuns.files(fs, run).orElse(run);
    if (!fs.exists(new Path(root, "_SUCCESS")) || !fs.exists(new Path(root, "metrics.json"))) {
      throw new BadInputException("no finished run of eval (_SUCCESS, metrics.json) in " + runDir);
    }
    return of(Json.read(fs, new Path(root, "metrics.json")));
  }

  static PublishedScores of(JsonNode root) {
    List<Comparison> comparisons = new ArrayList<>();
    root.path("comparisons").forEach(c -> comparisons.add(comparison(c)));
    return new PublishedScores(
        root.path("signature").asText(), new SummaryTable(summaries(root)), comparisons);
  }

  private static Comparison comparison(JsonNode node) {
    return new Comparison(
        new Corpus(node.path("dataset").asText(), node.path("split").asText()),
        Subset.labelled(node.path("subset").asText()),
        node.path("metric").asText(),
        node.path("a").asText(),
        node.path("b").asText(),
        node.path("n").asLong(),
        node.path("difference").asDouble(),
        node.path("p").asDouble(),
        node.path("p_holm").asDouble());
  }

  /**
   * The scores of a {@code metrics.json} in the order of its fields, without means that do not
   * exist, as of a ratio without words.
   *
   * @throws BadInputException when they are no scores
   */
  public static List<Summary> summaries(JsonNode root) {
    List<Summary> summaries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> system : fields(root.path("systems"))) {
      for (Map.Entry<String, JsonNode> dataset : fields(system.getValue())) {
        for (Map.Entry<String, JsonNode> split : fields(dataset.getValue())) {
          Corpus corpus = new Corpus(dataset.getKey().intern(), split.getKey().intern());
          for (Map.Entry<String, JsonNode> cells : fields(split.getValue())) {
            Subset subset = Subset.labelled(cells.getKey().intern());
            for (Map.Entry<String, JsonNode> cell : fields(cells.getValue())) {
              // The same few names stand in all runs, of which there may be thousands.
              String name = system.getKey().intern();
              ScoreKey key = new ScoreKey(name, corpus, subset, cell.getKey().intern());
              Summary summary = summary(key, cell.getValue());
              if (Double.isFinite(summary.mean())) {
                summaries.add(summary);
              }
            }
          }
        }
      }
    }
    return summaries;
  }

  /** A part of a corpus. */
  public record Part(Corpus corpus, Subset subset) {
    /** Of a score. */
    public static Part of(ScoreKey key) {
      return new Part(key.corpus(), key.subset());
    }
  }

  /**
   * Which reports with which references each subset is, as {@link
   * org.radllama.eval.join.TestSet#hash} says it; empty for evaluations by code that did not write
   * it.
   */
  public static Map<Part, String> testSets(JsonNode root) {
    Map<Part, String> sets = new HashMap<>();
    for (Map.Entry<String, JsonNode> dataset : root.path("test_sets").properties()) {
      for (Map.Entry<String, JsonNode> split : dataset.getValue().properties()) {
        Corpus corpus = new Corpus(dataset.getKey().intern(), split.getKey().intern());
        for (Map.Entry<String, JsonNode> set : split.getValue().properties()) {
          String hash = set.getValue().path("ids_and_references").asText();
          if (hash.matches("[0-9a-f]{64}")) {
            sets.put(new Part(corpus, Subset.labelled(set.getKey().intern())), hash.intern());
          }
        }
      }
    }
    return sets;
  }

  private static Set<Map.Entry<String, JsonNode>> fields(JsonNode node) {
    require(node.isObject());
    return node.properties();
  }

  private static Summary summary(ScoreKey key, JsonNode cell) {
    require(cell.path("n").isIntegralNumber());
    return new Summary(
        key,
        number(cell.path("mean")),
        number(cell.path("low")),
        number(cell.path("high")),
        cell.path("n").asLong(),
        cell.has("mid") ? OptionalDouble.of(number(cell.get("mid"))) : OptionalDouble.empty());
  }

  private static double number(JsonNode node) {
    require(node.isNumber() || Set.of("NaN", "Infinity", "-Infinity").contains(node.asText()));
    return node.isNumber() ? node.doubleValue() : Double.NaN;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new BadInputException("metrics.json: its systems are no scores");
    }
  }
}
