package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.ingest.instruct.InstructionExample;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;

class EvalJobTest {
  private static SparkSession spark;
  @TempDir static Path dir;
  private static Path dataset;
  private static List<InstructionExample> test;

  @BeforeAll
  static void start() throws IOException {
    spark = TestJobs.spark();
    test = HandMadeDataset.examples("t", 40, 1);
    dataset =
        HandMadeDataset.write(dir.resolve("dataset"), HandMadeDataset.examples("r", 150, 2), test);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void scoresImportedPredictionsBesideBaselines() throws Exception {
    Path file = predictions("perfect", test, 0);
    Path out = run("scores", "--dataset", dataset, "--predictions", "perfect=" + file);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    assertThat(names(metrics.get("systems")))
        .containsExactly("constant", "lead", "nearest", "perfect");
    JsonNode perfect = metrics.get("systems").get("perfect");
    assertThat(names(perfect)).containsExactly("mimic-cxr", "openi");
    JsonNode all = perfect.get("openi").get("test").get("all");
    assertThat(all.get("rougeL_fmeasure")).isEqualTo(cell(1, 1, 1, 30));
    assertThat(all.get("rouge1_unstemmed_recall")).isEqualTo(cell(1, 1, 1, 30));
    JsonNode openi = metrics.get("systems").get("nearest").get("openi").get("test");
    assertThat(names(openi)).contains("all", "clean", "leaked", "normal", "abnormal");
    assertThat(n(openi, "clean") + n(openi, "leaked")).isEqualTo(30);
    assertThat(openi.get("leaked").get("rougeL_fmeasure").get("mean").asDouble())
        .isGreaterThan(openi.get("clean").get("rougeL_fmeasure").get("mean").asDouble());
    assertThat(metrics.get("comparisons")).hasSize(2 * 2 * 3 * 6);
    assertThat(metrics.get("signature").asText())
        .contains("rouge:rouge1+rouge2+rougeL+rougeLsum", "nltk-porter", "seed:42");
    checkScoresFile(out, metrics);
    assertThat(Files.readAllLines(out.resolve("predictions.jsonl"))).hasSize(4 * 40);
  }

  @Test
  void wordsOfReportsStayOutOfAllButPredictions() throws Exception {
    Path file = predictions("canary", test, 3);
    Path out = run("canary", "--dataset", dataset, "--predictions", "mine=" + file);
    for (String name : List.of("report.html", "metrics.json", "manifest.json", "unmatched.jsonl")) {
      assertThat(Files.readString(out.resolve(name))).doesNotContain(HandMadeDataset.CANARY);
    }
    assertThat(Files.readString(out.resolve("predictions.jsonl"))).contains(HandMadeDataset.CANARY);
    Path shown = run("shown", "--dataset", dataset, "--predictions", "mine=" + file, "--show-text");
    assertThat(Files.readString(shown.resolve("report.html"))).contains(HandMadeDataset.CANARY);
  }

  @Test
  void idsWithoutPartnersAreListedAndScoredByPolicy() throws Exception {
    List<Map<String, String>> lines = new ArrayList<>();
    test.subList(0, 32).forEach(e -> lines.add(line(e.id(), e.impression())));
    lines.add(line("openi/unknown", "x"));
    lines.add(line(test.get(3).id(), "another text"));
    Path file = dir.resolve("partial.jsonl");
    HandMadeDataset.lines(file, lines);
    for (String policy : List.of("shared", "empty")) {
      Path out =
          run(
              "partial-" + policy,
              "--dataset",
              dataset,
              "--predictions",
              "partial=" + file,
              "--set",
              "predictions.missing=" + policy);
      JsonNode counts = Json.mapper().readTree(out.resolve("manifest.json").toFile()).get("counts");
      assertThat(counts.get("imported").get("partial").toString())
          .isEqualTo("{\"read\":34,\"kept\":32,\"extra\":1,\"duplicate\":1,\"missing\":8}");
      assertThat(counts.get("scored").asInt()).isEqualTo(policy.equals("shared") ? 32 : 40);
      JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
      JsonNode all = metrics.get("systems").get("partial").get("openi").get("test").get("all");
      assertThat(all.get("rougeL_fmeasure").get("mean").asDouble())
          .isCloseTo(policy.equals("shared") ? 1 : 24 / 30.0, within(1e-12));
      assertThat(Files.readAllLines(out.resolve("unmatched.jsonl")))
          .hasSize(10)
          .contains("{\"system\":\"partial\",\"id\":\"openi/unknown\",\"kind\":\"extra\"}");
    }
  }

  @Test
  void predictionsWithReferencesNeedNoDataset() throws Exception {
    Path file = dir.resolve("alone.jsonl");
    HandMadeDataset.lines(
        file,
        List.of(
            Map.of("id", 7, "prediction", "no effusion", "reference", "No effusions."),
            Map.of("id", "b", "prediction", "", "reference", "clear")));
    Path out = run("alone", "--predictions", "alone=" + file);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    JsonNode none = metrics.get("systems").get("alone").get("imported").get("none");
    assertThat(names(none)).containsExactly("all");
    assertThat(none.get("all").get("rouge1_fmeasure").get("mean").asDouble()).isEqualTo(0.5);
    assertThat(none.get("all").get("rouge1_unstemmed_fmeasure").get("mean").asDouble())
        .isEqualTo(0.25);
  }

  @Test
  void theOrderOfAFileChangesNoByte() throws Exception {
    Path file = predictions("ordered", test, 3);
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    Collections.shuffle(lines, new Random(8));
    Path shuffled = Files.write(dir.resolve("shuffled.jsonl"), lines);
    Path a = run("order-a", "--dataset", dataset, "--predictions", "mine=" + file);
    Path b = run("order-b", "--dataset", dataset, "--predictions", "mine=" + shuffled);
    for (String name :
        List.of("metrics.json", "predictions.jsonl", "scores.parquet/part-00000.parquet")) {
      assertThat(a.resolve(name)).hasSameBinaryContentAs(b.resolve(name));
    }
  }

  @Test
  void badFlagsAreExplained() {
    assertUsage("nothing to evaluate");
    assertUsage("--adapter needs --base-model", "--dataset", dataset, "--adapter", "a=/x");
    assertUsage("two systems are named lead", "--dataset", dataset, "--predictions", "lead=/x");
    assertUsage("--predictions wants NAME=PATH", "--dataset", dataset, "--predictions", "/x/y");
    assertUsage("is none of constant, lead, nearest", "--dataset", dataset, "--baselines", "mean");
    assertUsage("not a split's name", "--dataset", dataset, "--split", "tset");
    assertUsage(
        "not a variant of ROUGE: rougel", "--dataset", dataset, "--set", "rouge.types=[rougel]");
    assertUsage("is not computed", "--dataset", dataset, "--set", "rouge.types=[rouge3]");
  }

  @Test
  void damagedLinesAreNamedWithoutTheirText() throws Exception {
    Path file = dir.resolve("damaged.jsonl");
    Files.writeString(
        file, "{\"id\":\"a\",\"prediction\":\"b\"}\n{\"id\":\"" + HandMadeDataset.CANARY);
    assertThatThrownBy(() -> run("damaged", "--dataset", dataset, "--predictions", "p=" + file))
        .isInstanceOf(JobFailure.class)
        .hasMessage("--predictions p: line 2 is not JSON")
        .extracting(e -> ((JobFailure) e).exitCode())
        .isEqualTo(ExitCode.INPUT);
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    EvalResult result = eval("dry", "--dataset", dataset, "--dry-run");
    assertThat(result.directory()).isEmpty();
    assertThat(dir.resolve("out/dry")).doesNotExist();
  }

  private static void checkScoresFile(Path out, JsonNode metrics) {
    Dataset<Row> rows = spark.read().parquet(out.resolve("scores.parquet").toString());
    assertThat(rows.count()).isEqualTo(4L * 40 * 24);
    double mean =
        rows.filter("system = 'nearest' and dataset = 'openi' and metric = 'rouge2_recall'")
            .selectExpr("avg(value)")
            .first()
            .getDouble(0);
    assertThat(mean)
        .isCloseTo(
            metrics.at("/systems/nearest/openi/test/all/rouge2_recall/mean").asDouble(),
            within(1e-12));
  }

  private static Path predictions(String name, List<InstructionExample> examples, int drop)
      throws IOException {
    Path file = dir.resolve(name + ".jsonl");
    List<Map<String, String>> lines = new ArrayList<>();
    for (InstructionExample e : examples) {
      String text = e.impression();
      lines.add(line(e.id(), text.substring(Math.min(drop * 4, text.length() / 2))));
    }
    HandMadeDataset.lines(file, lines);
    return file;
  }

  private static Map<String, String> line(String id, String prediction) {
    return Map.of("id", id, "prediction", prediction);
  }

  private static ObjectNode cell(double mean, double low, double high, int n) {
    return Json.mapper()
        .createObjectNode()
        .put("mean", mean)
        .put("low", low)
        .put("high", high)
        .put("n", n);
  }

  private static int n(JsonNode split, String subset) {
    return split.get(subset).get("rougeL_fmeasure").get("n").asInt();
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static void assertUsage(String message, Object... args) {
    assertThatThrownBy(() -> eval("usage", args))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(message)
        .extracting(e -> ((JobFailure) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  private static Path run(String runId, Object... args) throws Exception {
    return Path.of(eval(runId, args).directory().orElseThrow());
  }

  private static EvalResult eval(String runId, Object... args) throws Exception {
    return TestJobs.eval(spark, dir.resolve("out"), runId, args);
  }
}
