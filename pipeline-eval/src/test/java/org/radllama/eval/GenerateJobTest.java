package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.dataset.InstructionExample;
import org.radllama.failure.BadInputException;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** New findings get the impressions that an evaluation writes of the same findings. */
class GenerateJobTest {
  private static final List<String> FEW = List.of("--set", "generate.max-new-tokens=8");

  private static SparkSession spark;
  @TempDir static Path dir;
  private static Path dataset;
  private static List<InstructionExample> test;
  private static TinyModel model;
  private static Path adapter;

  @BeforeAll
  static void start() throws IOException {
    spark = TestJobs.spark();
    List<InstructionExample> train = HandMadeDataset.examples("r", 60, 2);
    test = HandMadeDataset.examples("t", 13, 1);
    dataset = HandMadeDataset.write(dir.resolve("dataset"), train, test);
    model = TinyModel.write(dir.resolve("tiny"), train);
    adapter = model.adapter(dir.resolve("adapter"), "alpaca");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Path generate(String runId, Path reports, Object... more) throws Exception {
    GenerateFlags flags = new GenerateFlags();
    List<String> args = new ArrayList<>(FEW);
    args.addAll(List.of("--out", dir.resolve("out").toString(), "--run-id", runId));
    args.addAll(List.of("--reports", reports.toString(), "--base-model", model.dir.toString()));
    Stream.of(more).map(Object::toString).forEach(args::add);
    new CmdLineParser(flags).parseArgument(args);
    Settings settings = Settings.load("generate", Optional.empty(), flags.set, flags.overlay());
    Generate.run(JobContext.of("generate", settings, spark), GenerateConfig.of(settings, flags));
    return dir.resolve("out").resolve(runId);
  }

  /** What an evaluation of the test split writes. */
  private static Map<String, String> evaluated(String runId, Object... more) throws Exception {
    List<Object> args = new ArrayList<>(FEW);
    args.addAll(List.of("--dataset", dataset, "--base-model", model.dir, "--baselines", "none"));
    args.addAll(List.of("--adapter", "generated=" + adapter, "--set", "bootstrap.samples=10"));
    args.addAll(List.of("--set", "compare.trials=10", "--set", "generate.base=false"));
    args.addAll(List.of(more));
    TestJobs.eval(spark, dir.resolve("eval"), runId, args.toArray());
    return predictions(dir.resolve("eval").resolve(runId));
  }

  private static Map<String, String> predictions(Path run) throws IOException {
    Map<String, String> predictions = new LinkedHashMap<>();
    for (String line : Files.readAllLines(run.resolve("predictions.jsonl"))) {
      JsonNode node = Json.mapper().readTree(line);
      assertThat(node.path("system").asText()).isEqualTo("generated");
      predictions.put(node.path("id").asText(), node.path("prediction").asText());
    }
    return predictions;
  }

  private static Path table(String name, List<Map<String, String>> rows) throws IOException {
    Path file = dir.resolve(name);
    HandMadeDataset.lines(file, rows);
    return file;
  }

  private static List<Map<String, String>> rows() {
    return test.stream().map(e -> Map.of("id", e.id(), "findings", e.findings())).toList();
  }

  @Test
  void whatIsWrittenIsWhatAnEvaluationWrites() throws Exception {
    Map<String, String> expected = evaluated("greedy");
    Path jsonl = table("reports.jsonl", rows());
    Path run = generate("jsonl", jsonl, "--adapter", adapter);
    assertThat(predictions(run)).isEqualTo(expected).hasSize(13);
    assertThat(predictions(run).keySet())
        .containsExactlyElementsOf(test.stream().map(InstructionExample::id).toList());
    StringBuilder csv = new StringBuilder("study;text\n");
    test.forEach(e -> csv.append(e.id()).append(";\"").append(e.findings()).append("\"\n"));
    Path file = Files.writeString(dir.resolve("reports.csv"), csv);
    Object[] columns = {
      "--adapter",
      adapter,
      "--set",
      "reports.delimiter=;",
      "--set",
      "reports.id=study",
      "--set",
      "reports.findings=text"
    };
    assertThat(predictions(generate("csv", file, columns))).isEqualTo(expected);
    Path parquet = dir.resolve("reports.parquet");
    spark.read().json(jsonl.toString()).repartition(2).write().parquet(parquet.toString());
    Path fromParquet = generate("parquet", parquet, "--adapter", adapter);
    assertThat(predictions(fromParquet)).isEqualTo(expected);

    // They come back into an evaluation as they are.
    Object[] imported = {
      "--dataset",
      dataset,
      "--predictions",
      "generated=" + run.resolve("predictions.jsonl"),
      "--baselines",
      "none",
      "--set",
      "bootstrap.samples=10",
      "--set",
      "compare.trials=10"
    };
    TestJobs.eval(spark, dir.resolve("eval"), "imported", imported);
    assertThat(predictions(dir.resolve("eval/imported"))).isEqualTo(expected);
  }

  @Test
  void decodingIsSetAsInAnEvaluation() throws Exception {
    Path jsonl = table("decoded.jsonl", rows());
    Object[] drawn = {
      "--set",
      "generate.strategy=sample",
      "--set",
      "generate.temperature=0.7",
      "--set",
      "generate.seed=5"
    };
    Object[] consensus = {
      "--set",
      "generate.strategy=consensus",
      "--set",
      "generate.samples=4",
      "--set",
      "neighbours.count=3"
    };
    assertThat(predictions(generate("drawn", jsonl, with(drawn, "--adapter", adapter))))
        .isEqualTo(evaluated("drawn", drawn));
    Object[] all = with(consensus, "--adapter", adapter, "--dataset", dataset);
    assertThat(predictions(generate("consensus", jsonl, all)))
        .isEqualTo(evaluated("consensus", consensus));
    assertThatThrownBy(() -> generate("no", jsonl, with(consensus, "--adapter", adapter)))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("generate.neighbour-weight is 0.5, which needs the train reports");
    assertThat(
            predictions(
                generate("alone", jsonl, with(consensus, "--set", "generate.neighbour-weight=0"))))
        .hasSize(13);
  }

  private static Object[] with(Object[] args, Object... more) {
    return Stream.concat(Stream.of(args), Stream.of(more)).toArray();
  }

  @Test
  void nothingIsLostAndNothingIsTold() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Map<String, String> row : rows()) {
      lines.add(Json.mapper().writeValueAsString(row));
    }
    String canary = HandMadeDataset.CANARY;
    lines.add(3, "{\"id\": \"blank\", \"findings\": \"  \"}");
    lines.add(4, "{\"id\": \"none\"}");
    lines.add(5, "{\"findings\": \"" + canary + "\"}");
    lines.add(6, lines.get(0).replace(canary, "other"));
    lines.add(7, "{\"id\": \"open\", \"findings\": \"" + canary);
    lines.add("{\"id\": \"answered\", \"findings\": \"IMPRESSION: " + canary + "\"}");
    Path file = Files.write(dir.resolve("dirty.jsonl"), lines);
    Path run = generate("dirty", file, "--adapter", adapter);
    Map<String, String> reasons = new HashMap<>();
    for (String line : Files.readAllLines(run.resolve("rejected.jsonl"))) {
      JsonNode node = Json.mapper().readTree(line);
      reasons.put(node.path("id").asText(), node.path("reason").asText());
    }
    assertThat(reasons)
        .isEqualTo(
            Map.of(
                "blank",
                "no_findings",
                "none",
                "no_findings",
                "row-6",
                "missing_id",
                test.get(0).id(),
                "duplicate_id",
                "row-8",
                "malformed_json",
                "answered",
                "second_report"));
    JsonNode counts = manifest(run).path("counts");
    assertThat(counts.path("read").asInt()).isEqualTo(19);
    assertThat(counts.path("written").asInt()).isEqualTo(13);
    assertThat(counts.path("rejected").path("no_findings").asInt()).isEqualTo(2);
    assertThat(predictions(run))
        .isEqualTo(predictions(generate("clean", table("c", rows()), "--adapter", adapter)));
    for (String name : List.of("manifest.json", "rejected.jsonl")) {
      assertThat(Files.readString(run.resolve(name))).doesNotContain(canary);
    }
    Path empty = Files.writeString(dir.resolve("empty.jsonl"), "{\"id\": 1, \"findings\": \"\"}\n");
    assertThatThrownBy(() -> generate("empty", empty))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--reports: none of 1 records has findings: no_findings 1");
    assertThatThrownBy(() -> generate("columns", empty, "--set", "reports.delimiter=ab"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("reports.delimiter must be one ASCII character");
  }

  private static JsonNode manifest(Path run) throws IOException {
    return Json.mapper().readTree(run.resolve("manifest.json").toFile());
  }

  /**
   * As the adapter's own training.json has them, else as the dataset that is named, else ingest's.
   */
  /** As ingest does for the reports of a hospital's export. */
  @Test
  void findingsAreTakenOutOfTheirExport() throws Exception {
    List<Map<String, String>> wrapped = new ArrayList<>();
    for (Map<String, String> row : rows()) {
      String html = "<p>" + row.get("findings").replace(". ", ".<br>") + "</p>";
      wrapped.add(
          Map.of("id", row.get("id"), "findings", html + "\nElectronically signed by: A. Doe, MD"));
    }
    Path file = table("wrapped.jsonl", wrapped);
    Path plain = generate("plain", table("plain.jsonl", rows()), "--adapter", adapter);
    Path run = generate("wrapped", file, "--adapter", adapter);
    assertThat(predictions(run)).isEqualTo(predictions(plain));
    assertThat(manifest(run).at("/counts/edits/signature_cut").asInt()).isEqualTo(13);
    assertThat(manifest(run).at("/cleaning/rules/reports/cut-signatures").asBoolean()).isTrue();
    Path own = model.adapter(dir.resolve("undecoded"), "alpaca");
    ObjectNode facts = Json.mapper().createObjectNode();
    ObjectNode dataset = facts.putObject("dataset").put("run_id", "d-1");
    dataset.putObject("clean");
    dataset.putObject("reports").put("cut-signatures", false).putArray("decode");
    Files.writeString(own.resolve("training.json"), Json.text(facts));
    Path left = generate("undecoded", file, "--adapter", own);
    assertThat(predictions(left)).isNotEqualTo(predictions(plain));
    assertThat(manifest(left).at("/counts/edits/markup_left").asInt()).isEqualTo(13);
  }

  @Test
  void findingsAreCleanedAsTheAdaptersDatasetWas() throws Exception {
    List<Map<String, String>> raw = new ArrayList<>();
    for (Map<String, String> row : rows()) {
      String numbered = "1. " + row.get("findings").replaceFirst("\\. ", ".\n 2. &lt;3 cm. ");
      raw.add(Map.of("id", row.get("id"), "findings", numbered));
    }
    Path file = table("raw.jsonl", raw);
    Path own = model.adapter(dir.resolve("knowing"), "alpaca");
    ObjectNode facts = Json.mapper().createObjectNode();
    ObjectNode clean = facts.putObject("dataset").put("run_id", "d-1").putObject("clean");
    clean.put("drop-numbers", true).put("decode-entities", true).put("min-findings-words", 999);
    Files.writeString(own.resolve("training.json"), Json.text(facts));
    Path run = generate("knowing", file, "--adapter", own);
    List<Map<String, String>> cleaned = new ArrayList<>();
    for (Map<String, String> row : rows()) {
      String text = row.get("findings").replaceFirst("\\. ", ". <3 cm. ");
      cleaned.add(Map.of("id", row.get("id"), "findings", text));
    }
    assertThat(predictions(run))
        .isEqualTo(
            predictions(
                generate("cleaned", table("cleaned.jsonl", cleaned), "--adapter", adapter)));
    assertThat(manifest(run).path("cleaning").path("from").asText())
        .isEqualTo("dataset d-1, by the model's training.json");
    assertThat(manifest(run).path("counts").path("edits").path("numbers_dropped").asInt())
        .isEqualTo(13);
    Path other = generate("unknowing", file, "--adapter", adapter);
    assertThat(manifest(other).path("cleaning").path("from").asText())
        .startsWith("ingest's defaults");
    assertThat(predictions(other)).isNotEqualTo(predictions(run));
  }
}
