package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.dataset.InstructionExample;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/** Predictions in the forms that people have them. */
class ImportedPredictionsTest {
  private static SparkSession spark;

  @TempDir static Path dir;

  private static Path dataset;
  private static List<InstructionExample> test;

  @BeforeAll
  static void start() throws IOException {
    spark = TestJobs.spark();
    test = HandMadeDataset.examples("t", 40, 1);
    dataset =
        HandMadeDataset.write(dir.resolve("dataset"), HandMadeDataset.examples("r", 60, 2), test);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Path run(String id, Path file, String... more) throws Exception {
    List<Object> args =
        new ArrayList<>(
            List.of("--dataset", dataset, "--baselines", "lead", "--predictions", "p=" + file));
    args.addAll(List.of(more));
    return Path.of(
        TestJobs.eval(spark, dir.resolve("out"), id, args.toArray()).directory().orElseThrow());
  }

  private static JsonNode read(Path run, String file) throws IOException {
    return Json.mapper().readTree(run.resolve(file).toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"shared", "empty"})
  void idsOfAnotherFormAreShownBesideTheReports(String policy) throws Exception {
    Path file = dir.resolve("bare.jsonl");
    HandMadeDataset.lines(
        file,
        test.stream()
            .map(e -> Map.of("id", e.id().replaceFirst(".*/", ""), "prediction", e.impression()))
            .toList());
    assertThatThrownBy(() -> run("bare-" + policy, file, "--set", "predictions.missing=" + policy))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("0 of 40 match")
        .hasMessageContaining("\"t0\"")
        .hasMessageContaining("\"mimic-cxr/t0\"")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("empty"));
  }

  @Test
  void systemsOfOneFileAreScoredApart() throws Exception {
    List<Map<String, String>> lines = new ArrayList<>();
    for (InstructionExample e : test) {
      lines.add(Map.of("id", e.id(), "system", "right", "prediction", e.impression()));
      lines.add(Map.of("id", e.id(), "system", "wrong", "prediction", "Something else."));
    }
    Path file = dir.resolve("several.jsonl");
    HandMadeDataset.lines(file, lines);
    Path run = run("several", file);
    JsonNode systems = read(run, "metrics.json").get("systems");
    assertThat(systems.properties()).extracting(Map.Entry::getKey).contains("p.right", "p.wrong");
    assertThat(systems.at("/p.right/openi/test/all/rougeL_fmeasure/mean").asDouble()).isEqualTo(1);
    assertThat(systems.at("/p.wrong/openi/test/all/rougeL_fmeasure/mean").asDouble()).isZero();
    for (String system : List.of("p.right", "p.wrong")) {
      assertThat(read(run, "manifest.json").at("/counts/imported/" + system).toString())
          .isEqualTo("{\"read\":40,\"kept\":40,\"extra\":0,\"duplicate\":0,\"missing\":0}");
    }
    // What eval publishes can be read again.
    Path again = run("again", run.resolve("predictions.jsonl"));
    assertThat(
            read(again, "metrics.json")
                .at("/systems/p.p.right/openi/test/all/rougeL_fmeasure/mean")
                .asDouble())
        .isEqualTo(1);
    lines.set(7, Map.of("id", "x", "prediction", "y"));
    HandMadeDataset.lines(file, lines);
    assertThatThrownBy(() -> run("some", file)).hasMessageContaining("some lines name a system");
    lines.add(0, Map.of("id", "z", "prediction", "y"));
    HandMadeDataset.lines(file, lines);
    assertThatThrownBy(() -> run("first", file))
        .hasStackTraceContaining("some lines name a system");
  }

  @Test
  void aFileOfOneSystemIsThatSystem() throws Exception {
    Path file = dir.resolve("one.jsonl");
    HandMadeDataset.lines(
        file,
        test.stream()
            .map(e -> Map.of("id", e.id(), "system", "mine", "prediction", e.impression()))
            .toList());
    assertThat(read(run("one", file), "metrics.json").get("systems").has("p")).isTrue();
  }

  @Test
  void formsOfFilesGiveTheSameScores() throws Exception {
    List<Map<String, String>> lines =
        test.stream()
            .map(e -> Map.of("id", e.id(), "prediction", e.impression() + "\n\"So, \" it is."))
            .toList();
    Path jsonl = dir.resolve("form.jsonl");
    HandMadeDataset.lines(jsonl, lines);
    Path array = dir.resolve("form.json");
    Files.write(array, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(lines));
    Path csv = dir.resolve("form.csv");
    StringBuilder rows = new StringBuilder("prediction,id\n");
    lines.forEach(
        line ->
            rows.append('"')
                .append(line.get("prediction").replace("\"", "\"\""))
                .append("\",")
                .append(line.get("id"))
                .append('\n'));
    Files.writeString(csv, rows);
    List<Path> files =
        List.of(
            array,
            csv,
            gzip(jsonl, "form.jsonl.gz"),
            gzip(jsonl, "packed"),
            gzip(csv, "form.csv.gz"),
            gzip(array, "form.json.gz"));
    String expected = read(run("form", jsonl), "metrics.json").get("systems").toString();
    for (int i = 0; i < files.size(); i++) {
      assertThat(read(run("form-" + i, files.get(i)), "metrics.json").get("systems").toString())
          .as(files.get(i).getFileName().toString())
          .isEqualTo(expected);
    }
  }

  private static Path gzip(Path file, String name) throws IOException {
    Path packed = dir.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    return packed;
  }

  @Test
  void damagedFilesAreNamedWithoutTheirText() throws Exception {
    Path array = dir.resolve("damaged.json");
    Files.writeString(array, "[{\"id\":\"a\",\"prediction\":\"b\"},{\"id\": secret");
    assertThatThrownBy(() -> run("array", array))
        .rootCause()
        .isInstanceOf(BadInputException.class)
        .hasMessage("--predictions p: item 2 of the array is not JSON");
    Path csv = dir.resolve("damaged.csv");
    Files.writeString(csv, "id,prediction\na,b\nsecret\n");
    assertThatThrownBy(() -> run("csv", csv))
        .rootCause()
        .isInstanceOf(BadInputException.class)
        .hasMessage("--predictions p: row 2: malformed_row");
  }

  @Test
  void theConsoleSaysWhatMet() throws Exception {
    List<Map<String, String>> lines = new ArrayList<>();
    test.subList(0, 32).forEach(e -> lines.add(Map.of("id", e.id(), "prediction", e.impression())));
    lines.add(Map.of("id", "openi/unknown", "prediction", "x"));
    lines.add(Map.of("id", test.get(3).id(), "prediction", "x"));
    Path file = dir.resolve("partial.jsonl");
    HandMadeDataset.lines(file, lines);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream err = System.err;
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      run("partial", file);
    } finally {
      System.setErr(err);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("predictions of p: 34 lines, 32 matched, 8 missing, 1 extra, 1 duplicate");
  }
}
