package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.eval.join.Subset;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** Reports over runs that the jobs' own classes published. */
class RunsReportTest {
  @TempDir Path scratch;

  private Optional<String> report(Path out, String... more) throws Exception {
    ReportFlags flags = new ReportFlags();
    List<String> args =
        new ArrayList<>(List.of("--runs", runs().toString(), "--out", out.toString()));
    args.addAll(Arrays.asList(more));
    new CmdLineParser(flags).parseArgument(args);
    Settings settings = Settings.load("report", Optional.empty(), flags.set, flags.overlay());
    return RunsReport.run(
        JobContext.of("report", settings, null), ReportConfig.of(settings, flags));
  }

  private Path runs() {
    return scratch.resolve("runs");
  }

  private JsonNode history(Optional<String> result) throws IOException {
    return Json.mapper().readTree(Path.of(result.orElseThrow(), "history.json").toFile());
  }

  /** Two datasets, two adapters, three evaluations; the second falls, the third mixes datasets. */
  private MadeRuns threeEvaluations() throws IOException {
    MadeRuns made = new MadeRuns(runs());
    Path first = made.dataset("data-1", "2024-01-01T00:00:00Z", "one");
    Path second = made.dataset("data-2", "2024-01-05T00:00:00Z", "two");
    Path adapter = made.adapter("adapter-1", "2024-01-02T00:00:00Z", first);
    Path other = made.adapter("adapter-2", "2024-01-06T00:00:00Z", second);
    // Named against the order in which they ended.
    made.eval("z", "2024-01-03T00:00:00Z", first, adapter, 0.60, 0.55);
    made.eval("m", "2024-01-07T00:00:00.5Z", second, other, 0.54, 0.50);
    made.eval("a", "2024-01-08T00:00:00Z", second, adapter, 0.56, 0.52);
    return made;
  }

  @Test
  void inputsAreFoundByTheirHashes() throws Exception {
    threeEvaluations();
    // A new name hides no run.
    Files.move(runs().resolve("adapter-1"), runs().resolve("kept-for-good"));
    JsonNode history = history(report(scratch.resolve("out")));
    List<String> edges = new ArrayList<>();
    history
        .path("runs")
        .forEach(
            run ->
                run.path("inputs")
                    .forEach(
                        input ->
                            edges.add(
                                "%s %s <- %s"
                                    .formatted(
                                        run.path("run_id").asText(),
                                        input.path("name").asText(),
                                        input.path("from").toString()))));
    assertThat(edges)
        .containsExactlyInAnyOrder(
            "kept-for-good dataset <- [\"data-1\"]",
            "adapter-2 dataset <- [\"data-2\"]",
            "z dataset <- [\"data-1\"]",
            "z adapter lora <- [\"kept-for-good/adapter\"]",
            "m dataset <- [\"data-2\"]",
            "m adapter lora <- [\"adapter-2/adapter\"]",
            "a dataset <- [\"data-2\"]",
            "a adapter lora <- [\"kept-for-good/adapter\"]");
  }

  @Test
  void flagsWhatFellAndWhatWasScoredOnAnotherDataset() throws Exception {
    threeEvaluations();
    JsonNode flags = history(report(scratch.resolve("out"))).path("flags");
    assertThat(flags).hasSize(2);
    // 0.54 < 0.55; 0.56 is above 0.50.
    assertThat(flags.get(1).path("kind").asText()).isEqualTo("fell");
    assertThat(flags.get(1).path("run_id").asText()).isEqualTo("m");
    assertThat(flags.get(1).path("before").asText()).isEqualTo("z");
    assertThat(flags.get(1).path("same_dataset").asBoolean()).isFalse();
    assertThat(flags.get(1).path("same_signature").asBoolean()).isTrue();
    assertThat(flags.get(0))
        .isEqualTo(
            Json.mapper()
                .createObjectNode()
                .put("run_id", "a")
                .put("kind", "other_dataset")
                .put("model", "adapter lora")
                .put("training", "adapter-1")
                .put("trained_on", "data-1")
                .put("scored_on", "data-2"));
  }

  @Test
  void scoresOfOtherReportsAreNotHeldAgainstEachOther() throws Exception {
    threeEvaluations();
    for (String id : List.of("z", "m")) {
      Path metrics = runs().resolve(id + "/metrics.json");
      String other = id.equals("z") ? "7".repeat(64) : "?";
      Files.writeString(metrics, Files.readString(metrics).replace("5".repeat(64), other));
    }
    Optional<String> result = report(scratch.resolve("out"), "--compare", "z,a");
    assertThat(history(result).path("flags")).hasSize(1);
    String page = Files.readString(Path.of(result.orElseThrow(), "report.html"));
    assertThat(page)
        .contains(
            "openi, test, test set 77777777",
            "openi, test, test set 55555555",
            "openi, test, test set unknown",
            "1 evaluations do not say which reports they scored",
            "test-set.openi.test.all")
        .doesNotContain("-0.04");
  }

  @Test
  void publishesOnceForTheSameRunsAndAlwaysAtTheSameAddress() throws Exception {
    MadeRuns made = threeEvaluations();
    // Reports lie among the runs, as they would.
    Optional<String> first = report(runs());
    Path page = Path.of(first.orElseThrow(), "report.html");
    assertThat(report(runs())).isEqualTo(first);
    assertThat(runs().resolve("latest-report.html")).hasContent(higher(page));
    assertThat(higher(page)).contains("href=\"a/report.html\"", "href=\"data-2/card.html\"");
    Optional<String> elsewhere = report(scratch.resolve("elsewhere"));
    for (String file :
        List.of("report.html", "history.json", "runs.csv", "scores.csv", "manifest.json")) {
      assertThat(Path.of(elsewhere.orElseThrow(), file))
          .hasSameBinaryContentAs(page.resolveSibling(file));
    }

    Path dataset = runs().resolve("data-2");
    made.eval("later", "2024-02-01T00:00:00Z", dataset, runs().resolve("adapter-2"), 0.6, 0.5);
    Optional<String> second = report(runs());
    assertThat(second).isNotEqualTo(first);
    assertThat(runs().resolve("latest-report.html"))
        .hasContent(higher(Path.of(second.orElseThrow(), "report.html")));
    assertThat(history(second).path("runs")).hasSize(history(first).path("runs").size() + 1);
    // A name that stands for other runs already.
    report(scratch.resolve("named"), "--run-id", "today");
    made.eval("later2", "2024-02-02T00:00:00Z", dataset, runs().resolve("adapter-2"), 0.6, 0.5);
    assertThatThrownBy(() -> report(scratch.resolve("named"), "--run-id", "today"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN));
  }

  /** The page as it stands one folder higher. */
  private static String higher(Path page) throws Exception {
    return Files.readString(page).replace("href=\"../", "href=\"");
  }

  @Test
  void damagedAndForeignFoldersAreCountedAndTheRestIsAsBefore() throws Exception {
    threeEvaluations();
    JsonNode whole = history(report(scratch.resolve("whole")));
    MadeRuns made = new MadeRuns(runs());
    List<String> problems =
        List.of("no_manifest", "bad_manifest", "no_times", "no_scores", "bad_scores", "unfinished");
    Path data = runs().resolve("data-1");
    for (String problem : problems) {
      made.eval(problem, "2024-03-01T00:00:00Z", data, runs().resolve("adapter-1"), 0.1, 0.1);
    }
    Files.delete(runs().resolve("no_manifest/manifest.json"));
    Files.writeString(runs().resolve("bad_manifest/manifest.json"), "{\"job\" : \"ev");
    Files.writeString(runs().resolve("no_times/timings.json"), "{\"end\":\"yesterday\"}");
    Files.delete(runs().resolve("no_scores/metrics.json"));
    Files.writeString(runs().resolve("bad_scores/metrics.json"), "{\"systems\":{\"lora\":7}}");
    Files.delete(runs().resolve("unfinished/_SUCCESS"));
    Files.createSymbolicLink(runs().resolve("unreadable"), scratch.resolve("nowhere"));
    Files.createDirectories(runs().resolve("_work/begun"));
    Files.createDirectories(runs().resolve(".hidden"));
    Files.writeString(runs().resolve("notes.txt"), "no run");

    Optional<String> result = report(scratch.resolve("out"));
    JsonNode history = history(result);
    assertThat(history.path("runs")).isEqualTo(whole.path("runs"));
    assertThat(history.path("flags")).isEqualTo(whole.path("flags"));
    List<String> aside = new ArrayList<>();
    history
        .path("set_aside")
        .forEach(s -> aside.add(s.path("folder").asText() + " " + s.path("problem").asText()));
    List<String> expected = new ArrayList<>(problems);
    expected.add("unreadable");
    assertThat(aside)
        .containsExactlyInAnyOrderElementsOf(
            expected.stream().map(p -> p + " " + p.toUpperCase(java.util.Locale.ROOT)).toList());
    assertThat(history.path("counts").path("folders").asInt())
        .isEqualTo(history.path("runs").size() + history.path("set_aside").size())
        .isEqualTo(7 + 7);
    assertThat(Files.readString(Path.of(result.orElseThrow(), "report.html")))
        .contains("no _SUCCESS: unfinished, or no run");
  }

  @Test
  void comparesTwoRunsOnRequestAndRefusesUnknownOnes() throws Exception {
    threeEvaluations();
    report(scratch.resolve("out"));
    byte[] latest = Files.readAllBytes(scratch.resolve("out/latest-report.html"));
    Optional<String> result = report(scratch.resolve("out"), "--compare", "z,a");
    String page = Files.readString(Path.of(result.orElseThrow(), "report.html"));
    assertThat(page.substring(page.indexOf("<h2 "), page.indexOf("<h2 id=\"s-to-look-at")))
        .contains("a against z")
        .contains("score.lora.openi.test.all.rougeL_fmeasure")
        .contains("-0.04")
        .doesNotContain("adapter-2");
    assertThat(Files.readAllBytes(scratch.resolve("out/latest-report.html"))).isEqualTo(latest);
    assertThatThrownBy(() -> report(scratch.resolve("out"), "--compare", "z,nobody"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("no run nobody");
    assertThatThrownBy(() -> report(scratch.resolve("out"), "--compare", "z"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("two run-ids");
    assertThatThrownBy(() -> report(scratch.resolve("out"), "--set", "flag.metrics=[bleu4]"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("flag.metrics: bleu4 is not among metrics");
  }

  @Test
  void thePageRunsItsOwnScriptOnly() throws Exception {
    MadeRuns made = threeEvaluations();
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.putObject("counts").put("</script><script>alert(1)</script>", "<img src=x>");
    for (int i = 0; i < 2; i++) {
      extra.put("n", i);
      made.publish(
          "eval",
          "hostile" + i,
          "2024-05-0" + (i + 1) + "T00:00:00Z",
          List.of(),
          Map.of(),
          Map.of("metrics.json", "{\"systems\":{}}"),
          extra);
    }
    Optional<String> result = report(scratch.resolve("out"));
    String page = Files.readString(Path.of(result.orElseThrow(), "report.html"));
    assertThat(page).doesNotContain("<script>alert").doesNotContain("<img");
    Matcher script = Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(page);
    assertThat(script.find()).isTrue();
    String hash =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(script.group(1).getBytes(StandardCharsets.UTF_8)));
    assertThat(script.find()).isFalse();
    assertThat(page)
        .contains(
            "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'\""
                .formatted(hash));
  }

  @Test
  void readsWhatEvalWrites() throws Exception {
    Path predictions = scratch.resolve("p.jsonl");
    try (Stream<Integer> ids = Stream.iterate(1, i -> i + 1).limit(6)) {
      Files.writeString(
          predictions,
          String.join(
              "\n",
              ids.map(
                      i ->
                          String.format(
                              Locale.ROOT,
                              "{\"id\":\"r%d\",\"prediction\":\"no acute finding %d\",\"reference\":\"no acute disease %d\"}",
                              i,
                              i % 3,
                              i % 2))
                  .toList()));
    }
    EvalResult eval;
    try (SparkSession spark = TestJobs.spark()) {
      eval =
          TestJobs.eval(
              spark,
              runs(),
              "real",
              "--predictions",
              "theirs=" + predictions,
              "--set",
              "bootstrap.samples=50");
    }
    JsonNode run =
        history(
                report(
                    scratch.resolve("out"),
                    "--set",
                    "metrics=[]",
                    "--set",
                    "subsets=[]",
                    "--set",
                    "flag.metrics=[rougeL_fmeasure]"))
            .path("runs")
            .get(0);
    var summaries = eval.summaries().orElseThrow();
    var corpus = summaries.corpora().get(0);
    int seen = 0;
    for (JsonNode score : run.path("scores")) {
      if (score.path("subset").asText().equals("all")) {
        var summary =
            summaries
                .get("theirs", corpus, Subset.ALL, score.path("metric").asText())
                .orElseThrow();
        assertThat(score.path("mean").doubleValue()).isEqualTo(summary.mean());
        assertThat(score.path("low").doubleValue()).isEqualTo(summary.low());
        seen++;
      }
    }
    long written =
        summaries.all().stream().filter(s -> s.key().subset().equals(Subset.ALL)).count();
    assertThat(seen).isGreaterThan(10).isEqualTo((int) written);
  }
}
