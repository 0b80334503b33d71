package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Background sections from their sources into the dataset's columns and the model's input. */
class IngestBackgroundTest extends IngestTestBase {
  private static final String FINDINGS =
      "Lungs %s are clear of any focal opacity or effusion today.";
  private static final List<String> SECTIONS =
      List.of("indication", "comparison", "technique", "history");

  @TempDir Path dir;

  private Path reports() throws Exception {
    return Files.writeString(
        dir.resolve("reports.csv"),
        """
        id,findings,impression,why,before
        1,"%s",Normal chest.,XXXX  year old,None.
        2,"%s",Normal chest.,,
        3,"%s",Normal chest.,Fever. IMPRESSION: secret,
        """
            .formatted(FINDINGS.formatted("a"), FINDINGS.formatted("b"), FINDINGS.formatted("c")));
  }

  private Path run(String name, String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--reports",
                dir.resolve("reports.csv").toString(),
                "--set",
                "reports.indication=why",
                "--set",
                "reports.comparison=before",
                "--set",
                "split.test-fraction=0",
                "--set",
                "dedup.near=false",
                "--out",
                dir.resolve("out").toString(),
                "--run-id",
                name));
    args.addAll(List.of(more));
    ingest(2, args.toArray(String[]::new));
    return dir.resolve("out").resolve(name);
  }

  @Test
  void columnsReachBothFormatsAndOnlyTheInputDependsOnTheSetting() throws Exception {
    reports();
    Path plain = run("plain");
    Path shown = run("shown", "--set", "instruct.sections=[comparison,indication]");
    List<InstructionExample> without = read(plain);
    List<InstructionExample> with = read(shown);
    assertThat(without.stream().map(InstructionExample::input))
        .containsExactly(
            "Findings: " + FINDINGS.formatted("a"),
            "Findings: " + FINDINGS.formatted("b"),
            "Findings: " + FINDINGS.formatted("c"));
    assertThat(with.stream().map(InstructionExample::input))
        .containsExactly(
            "Comparison: None.\nIndication: XXXX year old\nFindings: " + FINDINGS.formatted("a"),
            "Findings: " + FINDINGS.formatted("b"),
            "Indication: Fever.\nFindings: " + FINDINGS.formatted("c"));
    assertThat(with).usingRecursiveComparison().ignoringFields("input").isEqualTo(without);
    List<JsonNode> lines = lines(shown.resolve("jsonl/train.jsonl"));
    List<Row> rows =
        SparkSession.active()
            .read()
            .parquet(shown.resolve("parquet/split=train").toString())
            .collectAsList();
    for (int i = 0; i < lines.size(); i++) {
      for (String section : SECTIONS) {
        String column = rows.get(i).getAs(section);
        assertThat(column).isEqualTo(lines.get(i).get(section).asText());
      }
    }
    JsonNode manifest = manifest(shown);
    assertThat(manifest.at("/background_by_source/reports"))
        .isEqualTo(
            Json.mapper()
                .readTree("{\"indication\":2,\"comparison\":1,\"technique\":0,\"history\":0}"));
    assertThat(manifest.at("/edits_by_source/reports/background_cut").asInt()).isEqualTo(1);
    assertThat(Files.readString(shown.resolve("card.html")))
        .contains("comparison, indication, findings");
    assertThat(Files.readString(shown.resolve("jsonl/train.jsonl"))).doesNotContain("secret");
  }

  @Test
  void aSecondFileAddsWhatTheReportsLackAndLosesNone() throws Exception {
    reports();
    Path file =
        Files.writeString(
            dir.resolve("more.csv"),
            "uid,comparison,history\n1,other,Smoker.\nreports/2,PA film.,\n9,x,y\n");
    Path run = run("joined", "--background", "reports=" + file);
    List<InstructionExample> examples = read(run);
    assertThat(examples.stream().map(InstructionExample::comparison))
        .containsExactly("None.", "PA film.", "");
    assertThat(examples.stream().map(InstructionExample::history))
        .containsExactly("Smoker.", "", "");
    assertThat(manifest(run).at("/background_files/reports"))
        .isEqualTo(
            Json.mapper()
                .readTree(
                    "{\"rows\":3,\"rows_matched\":2,\"rows_unmatched\":1,\"reports_unmatched\":1}"));
    assertThat(manifest(run).at("/edits_by_source/reports/background_added").asInt()).isEqualTo(2);
  }

  @Test
  void datasetsWithoutTheColumnsAreReadAsBefore() throws Exception {
    reports();
    Path run = run("older");
    Path lines = run.resolve("jsonl/train.jsonl");
    List<InstructionExample> now = read(run);
    List<String> older = new ArrayList<>();
    for (JsonNode line : lines(lines)) {
      older.add(Json.mapper().writeValueAsString(((ObjectNode) line).without(SECTIONS)));
    }
    Files.write(lines, older);
    assertThat(read(run))
        .usingRecursiveComparison()
        .ignoringFields("indication", "comparison")
        .isEqualTo(now);
    assertThat(read(run)).allMatch(e -> e.indication().isEmpty() && e.history().isEmpty());
  }

  @Test
  void refusesWhatItCannotUse() throws Exception {
    reports();
    refused(ExitCode.USAGE, "must be among", "--set", "instruct.sections=[findings]");
    refused(
        ExitCode.USAGE, "names a section twice", "--set", "instruct.sections=[history,history]");
    refused(
        ExitCode.USAGE, "reports.indication and reports.text", "--set", "reports.text=findings");
    refused(ExitCode.USAGE, "no such source is read", "--background", "openi=x.csv");
    refused(ExitCode.INPUT, "has no column", "--set", "reports.history=none");
    Path file = dir.resolve("more.csv");
    Files.writeString(file, "uid,why\n1,secret\n");
    refused(ExitCode.INPUT, "lacks the required columns", "--background", "reports=" + file);
    Files.writeString(file, "uid,history\n1,secret\n1,secret\n");
    refused(ExitCode.INPUT, "row 3 names reports/1 a second", "--background", "reports=" + file);
    Files.writeString(file, "uid,history\n,secret\n");
    refused(ExitCode.INPUT, "row 2 has no id", "--background", "reports=" + file);
    Files.writeString(file, "uid,history\n1,secret,secret\n");
    refused(ExitCode.INPUT, "row 2 cannot be read", "--background", "reports=" + file);
    refused(ExitCode.INPUT, "no such file", "--background", "reports=" + dir.resolve("none"));
  }

  private void refused(ExitCode code, String message, String... flags) {
    assertThatThrownBy(() -> run("refused", flags))
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(code))
        .hasMessageContaining(message)
        .message()
        .doesNotContain("secret");
  }

  private static List<InstructionExample> read(Path run) throws Exception {
    return InstructionDataset.open(new Configuration(), run.toString()).read(Split.TRAIN);
  }

  private static JsonNode manifest(Path run) throws Exception {
    return Json.mapper().readTree(run.resolve("manifest.json").toFile());
  }
}
