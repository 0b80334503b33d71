package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** What opens a gate and what closes it. The runs' files are written by hand. */
class GateTest {
  @TempDir Path runs;

  private Configuration hadoop;

  @BeforeEach
  void configuration() {
    hadoop = new Configuration();
  }

  private String check(String... args) throws Exception {
    GateFlags flags = new GateFlags();
    List<String> all = new ArrayList<>(List.of("--runs", runs.toString()));
    all.addAll(List.of(args));
    new CmdLineParser(flags).parseArgument(all);
    Settings settings = Settings.load("gate", Optional.empty(), flags.set, Map.of());
    return Gate.check(hadoop, GateConfig.of(settings, flags));
  }

  private void dataset(String id, String expected, String... sets) throws Exception {
    assertThat(check(with("--dataset", id, sets))).contains(expected).endsWith(": gate open");
  }

  private void noDataset(String id, String expected, String... sets) {
    assertCloses(expected, with("--dataset", id, sets));
  }

  private void scores(String id, String expected, String... sets) throws Exception {
    assertThat(check(with("--evaluation", id, sets))).contains(expected).endsWith(": gate open");
  }

  private void noScores(String id, String expected, String... sets) {
    assertCloses(expected, with("--evaluation", id, sets));
  }

  private void assertCloses(String expected, String... args) {
    assertThatThrownBy(() -> check(args))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(expected);
  }

  private static String[] with(String flag, String id, String... sets) {
    List<String> args = new ArrayList<>(List.of(flag, id));
    for (String set : sets) {
      args.addAll(List.of("--set", set));
    }
    return args.toArray(String[]::new);
  }

  private void publish(String id, String end, ObjectNode manifest, Optional<String> metrics)
      throws IOException {
    Path folder = Files.createDirectories(runs.resolve(id));
    ObjectNode outputs = manifest.putObject("outputs");
    if (metrics.isPresent()) {
      String text = metrics.get();
      Files.writeString(folder.resolve("metrics.json"), text);
      outputs
          .putObject("metrics.json")
          .put("bytes", text.length())
          .put("sha256", Digests.sha256(text));
    }
    Files.writeString(folder.resolve("manifest.json"), manifest.toString());
    Files.writeString(folder.resolve("timings.json"), "{\"end\": \"%s\"}".formatted(end));
    Files.createFile(folder.resolve("_SUCCESS"));
  }

  /** A dataset of 100 reports, one part of whose manifest is other. */
  private void publishDataset(String id, String pointer, String value) throws IOException {
    JsonNode manifest =
        Json.mapper()
            .readTree(
                """
                {"job": "ingest", "configuration": {"dedup": {"leakage": "mark"}},
                 "counts": {"read": 100, "train": 70, "validate": 5, "test": 10,
                   "rejected": {"no_findings": 10}, "duplicates": {"exact": 5, "near": 0}},
                 "leakage": {"validate": 0, "test": 0}}
                """);
    if (!pointer.isEmpty()) {
      int at = pointer.lastIndexOf('/');
      ((ObjectNode) manifest.at(pointer.substring(0, at)))
          .set(pointer.substring(at + 1), Json.mapper().readTree(value));
    }
    publish(id, "2024-01-01T00:00:00Z", (ObjectNode) manifest, Optional.empty());
  }

  /** An evaluation with a score for each "dataset mean low", all of the same reports. */
  private void publishScores(String id, String end, String... corpora) throws IOException {
    publishScoresOf("0", id, end, corpora);
  }

  /**
   * The same.
   *
   * @param reports a digit that stands for the reports; empty to publish as earlier code did
   */
  private void publishScoresOf(String reports, String id, String end, String... corpora)
      throws IOException {
    ObjectNode root = Json.mapper().createObjectNode();
    for (String corpus : reports.isEmpty() ? new String[0] : corpora) {
      root.withObject("/test_sets/" + corpus.split(" ")[0] + "/test/all")
          .put("ids_and_references", reports.repeat(64));
    }
    ObjectNode system = root.putObject("systems").putObject("adapter");
    for (String corpus : corpora) {
      String[] words = corpus.split(" ");
      system
          .putObject(words[0])
          .putObject("test")
          .putObject("all")
          .putObject("rougeL_fmeasure")
          .put("mean", Double.parseDouble(words[1]))
          .put("low", Double.parseDouble(words[2]))
          .put("high", 1)
          .put("n", 5);
    }
    ObjectNode manifest = Json.mapper().createObjectNode().put("job", "eval");
    publish(id, end, manifest, Optional.of(root.toString()));
  }

  private void damage(String id, String file) throws IOException {
    Files.writeString(runs.resolve(id).resolve(file), "{\"systems\": {");
  }

  @Test
  void aDatasetWithinTheLimits() throws Exception {
    publishDataset("d", "", "");
    dataset("d", "100 read, 70 train, 10 test, 10 rejected, 0 leaked");
    noDataset("d", "10 of 100 (10.0%), at most 9.0%", "dataset.max-rejected-share=0.09");
    noDataset(
        "d", "train has 70 reports, fewer than 71 (dataset.min-train)", "dataset.min-train=71");
    noDataset(
        "d", "test has 10 reports, fewer than 11", "dataset.min-test=11", "dataset.min-read=101");
    noDataset(
        "d", "read has 100 reports, fewer than 101", "dataset.min-test=11", "dataset.min-read=101");
  }

  @Test
  void leakedReportsCountWhileTheirNeighboursAreInTrain() throws Exception {
    publishDataset("marked", "/leakage/test", "2");
    publishDataset("removed", "/leakage/test", "2");
    Path manifest = runs.resolve("removed/manifest.json");
    Files.writeString(manifest, Files.readString(manifest).replace("\"mark\"", "\"remove\""));
    noDataset("marked", "2 of 10 (20.0%), at most 0.0% is allowed (dataset.max-leaked-share)");
    dataset("marked", "2 leaked", "dataset.max-leaked-share=0.2");
    dataset("removed", "0 leaked");
  }

  @Test
  void damagedDatasetsCloseTheGate() throws Exception {
    publishDataset("sum", "/counts/read", "101");
    noDataset("sum", "101 reports were read, but the others add up to 100");
    publishDataset("none", "/counts/train", "null");
    noDataset("none", "no count of train");
    publishDataset("negative", "/counts/test", "-1");
    noDataset("negative", "no count of test");
    publishDataset("text", "/counts/rejected", "{\"no_findings\": \"ten\"}");
    noDataset("text", "no count of no_findings");
    publishDataset("list", "/counts/duplicates", "[1]");
    noDataset("list", "counts.duplicates is not a list of counts");
    publishDataset("cut", "", "");
    damage("cut", "manifest.json");
    noDataset("cut", "manifest.json is damaged");
    publishScores("e", "2024-01-01T00:00:00Z", "openi 0.5 0.4");
    noDataset("e", "is of eval, not of ingest");
    publishDataset("begun", "", "");
    Files.delete(runs.resolve("begun/_SUCCESS"));
    noDataset("begun", "is not published");
    noDataset("nowhere", "is not published");
    noDataset("begun/..", "is not published");
  }

  @Test
  void scoresAreComparedWithTheRunThatEndedBefore() throws Exception {
    publishScores("now", "2024-01-05T00:00:00.5Z", "openi 0.50 0.45");
    scores("now", "nothing: it is the first");
    publishScores("z", "2024-01-01T00:00:00Z", "openi 0.70 0.65");
    noScores("now", "openi test: rougeL_fmeasure 0.5000 is below 0.6500, the interval of z");
    // Named before it, ended after it; a part of a second is enough.
    publishScores("a", "2024-01-05T00:00:00.499999999Z", "openi 0.55 0.50");
    scores("now", "compared with a");
    publishScores("later", "2024-01-05T00:00:00.500000001Z", "openi 0.99 0.98");
    scores("now", "compared with a");
    noScores("now", "0.9800, the interval of later", "scores.compare-with=later");
    noScores("now", "run nobody is not published", "scores.compare-with=nobody");
  }

  @Test
  void onlyTheSameReportsAreCompared() throws Exception {
    publishScoresOf("1", "same", "2024-01-01T00:00:00Z", "openi 0.6 0.55");
    publishScoresOf("2", "others", "2024-01-02T00:00:00Z", "openi 0.9 0.8");
    publishScoresOf("", "older-code", "2024-01-03T00:00:00Z", "openi 0.9 0.8");
    publishScoresOf("1", "now", "2024-01-05T00:00:00Z", "openi 0.58 0.5");
    scores("now", "compared with same:");
    noScores("now", "openi test", "scores.compare-with=others");
    noScores("now", "does not record which", "scores.compare-with=older-code");
    publishScoresOf("3", "new", "2024-01-06T00:00:00Z", "openi 0.1 0.05");
    scores(
        "new", "nothing; NOT COMPARED, no earlier evaluation scored the same reports: openi test");
    noScores("new", "scored the same reports", "scores.other-test-set=close");
    scores("now", "compared with same:", "scores.other-test-set=close");
    publishScoresOf("", "silent", "2024-01-07T00:00:00Z", "openi 0.95 0.9");
    scores("silent", "NOT COMPARED");
  }

  @Test
  void damagedRunsAreNoMeasure() throws Exception {
    publishScores("good", "2024-01-01T00:00:00Z", "openi 0.5 0.4");
    for (String file : List.of("metrics.json", "manifest.json", "timings.json")) {
      publishScores("cut-" + file, "2024-01-02T00:00:00Z", "openi 0.9 0.8");
      damage("cut-" + file, file);
    }
    for (String file : List.of("metrics.json", "_SUCCESS")) {
      publishScores("without-" + file, "2024-01-02T00:00:00Z", "openi 0.9 0.8");
      Files.delete(runs.resolve("without-" + file).resolve(file));
    }
    publishScores("no-interval", "2024-01-02T00:00:00Z", "openi 0.9 NaN");
    publishScores("changed", "2024-01-02T00:00:00Z", "openi 0.9 0.8");
    Files.writeString(runs.resolve("changed/metrics.json"), "{\"systems\": {\"adapter\": {}}}");
    Files.createDirectories(runs.resolve("foreign"));
    Files.createDirectories(runs.resolve("_work"));
    Files.createFile(runs.resolve("latest-report.html"));
    publishDataset("d", "", "");
    publishScores("now", "2024-01-05T00:00:00Z", "openi 0.45 0.4");
    scores("now", "compared with good:");
    for (String id : List.of("cut-metrics.json", "cut-manifest.json", "cut-timings.json")) {
      noScores(id, id.substring(4) + " is");
      noScores("now", "is", "scores.compare-with=" + id);
    }
    noScores("no-interval", "a score without an interval");
    noScores("changed", "metrics.json was changed after the run was published");
    noScores("now", "changed after the run was published", "scores.compare-with=changed");
  }

  @Test
  void noCorpusAndNoSystemIsLostInSilence() throws Exception {
    publishScores(
        "older", "2024-01-01T00:00:00Z", "openi 0.5 0.4", "mimic 0.7 0.6", "gone 0.1 0.1");
    publishScores("before", "2024-01-02T00:00:00Z", "openi 0.5 0.4", "ward 0.5 0.4");
    publishScores("now", "2024-01-05T00:00:00Z", "openi 0.5 0.4", "mimic 0.65 0.6");
    noScores("now", "ward test: no score, but before has one");
    publishScores("all", "2024-01-05T00:00:00Z", "openi 0.5 0.4", "mimic 0.5 0.4", "ward 0.5 0.4");
    noScores("all", "mimic test: rougeL_fmeasure 0.5000 is below 0.6000, the interval of older");
    publishScores("empty", "2024-01-06T00:00:00Z");
    noScores("empty", "no rougeL_fmeasure of system adapter on all reports");
    noScores(
        "now",
        "no bleu of system adapter on clean reports",
        "scores.metric=bleu",
        "scores.subset=clean");
  }

  @Test
  void aFileSystemThatDoesNotAnswerIsNoVerdict() throws Exception {
    publishDataset("d", "", "");
    publishScores("now", "2024-01-05T00:00:00Z", "openi 0.5 0.4");
    Files.createSymbolicLink(runs.resolve("lost"), runs.resolve("nothing"));
    dataset("d", "100 read");
    assertThatThrownBy(() -> check("--evaluation", "now"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("cannot read lost");
    hadoop.set("ipc.client.connect.max.retries", "0");
    hadoop.set("ipc.client.connect.retry.interval", "1");
    assertThatThrownBy(() -> check("--runs", "hdfs://127.0.0.1:1/runs", "--dataset", "d"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("cannot read hdfs://127.0.0.1:1/runs/d");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () ->
                check("--run-id", "d", "--set", "threads=0", "--set", "dataset.max-leaked-share=2"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("give one of --dataset RUN_ID and --evaluation RUN_ID")
        .hasMessageContaining("a gate publishes nothing")
        .hasMessageContaining("threads must be at least 1")
        .hasMessageContaining("dataset.max-leaked-share must be between 0 and 1");
  }
}
