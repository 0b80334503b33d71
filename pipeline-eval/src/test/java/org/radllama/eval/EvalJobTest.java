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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.encoder.EncoderModel;
import org.radllama.eval.encoder.EncoderTest;
import org.radllama.eval.rouge.BootstrapAggregator;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.RougeType;
import org.radllama.failure.BadInputException;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

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
    assertThat(metrics.get("comparisons")).hasSize(2 * 2 * 5 * 6);
    assertThat(metrics.get("signature").asText())
        .contains("rouge:rouge1+rouge2+rougeL+rougeLsum", "nltk-porter", "seed:42");
    assertThat(metrics.at("/signatures/bleu4").asText())
        .isEqualTo("nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|as:sacrebleu-2.6.0");
    assertThat(all.get("bleu4").get("mean").asDouble()).isCloseTo(100, within(1e-9));
    assertThat(all.get("findings_micro_f1").get("mean").asDouble()).isEqualTo(1);
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

  /** The wording of the one, the findings of the other. */
  @Test
  void theHeadlineNamesWhereTheWinnerLoses() throws Exception {
    List<Map<String, String>> wording = new ArrayList<>();
    List<Map<String, String>> meaning = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      boolean normal = i % 4 == 0;
      String rest = " is seen on this frontal radiograph of the chest today.";
      String reference = (normal ? "No right pneumothorax" : "Trace right pneumothorax") + rest;
      wording.add(answer(i, "No right pneumothorax" + rest, reference));
      meaning.add(answer(i, normal ? "No pneumothorax." : "Pneumothorax.", reference));
    }
    HandMadeDataset.lines(dir.resolve("wording.jsonl"), wording);
    HandMadeDataset.lines(dir.resolve("meaning.jsonl"), meaning);
    Path out =
        run(
            "verdict",
            "--predictions",
            "wording=" + dir.resolve("wording.jsonl"),
            "--predictions",
            "meaning=" + dir.resolve("meaning.jsonl"));
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    JsonNode missed = metrics.at("/systems/wording/ward/test/all/findings_missed_abnormals");
    assertThat(missed.path("mean").asDouble()).isEqualTo(1);
    assertThat(missed.path("n").asInt()).isEqualTo(30);
    assertThat(
            metrics.at("/systems/meaning/ward/test/all/findings_missed_abnormals/mean").asDouble())
        .isZero();
    String page = Files.readString(out.resolve("report.html"));
    assertThat(page)
        .contains(
            "Best R-L on all reports: wording", "But it has a lower findings F1 than meaning (")
        .contains("misses more abnormal reports than meaning (100.0\u00a0% against 0.0\u00a0%, p")
        .contains("wording</th><td class=\"n\">")
        .doesNotContain("own figures", "WGSum");
    assertThat(Files.readString(out.resolve("tables/verdicts-ward-test.csv")))
        .startsWith("System,R-L,\"R-L, low\",\"R-L, high\",\"Findings F1, micro\",");
    Map<String, Double> holm = new HashMap<>();
    metrics
        .path("comparisons")
        .forEach(
            c ->
                holm.put(
                    c.path("subset").asText() + c.path("metric").asText(),
                    c.path("p_holm").asDouble()));
    assertThat(holm.get("allfindings_missed_abnormals")).isLessThan(0.05);
    assertThat(holm.get("allfindings_micro_f1")).isLessThan(0.05);
  }

  private static Map<String, String> answer(int i, String prediction, String reference) {
    return Map.of(
        "id",
        "r" + i,
        "prediction",
        prediction,
        "reference",
        reference,
        "dataset",
        "ward",
        "split",
        "test");
  }

  @Test
  void encodersOfOnesOwnScoreInsideTheJob() throws Exception {
    Path bert = EncoderTest.copy("bert", dir.resolve("bert"));
    Path chexbert = EncoderTest.copy("chexbert", dir.resolve("chexbert"));
    Path file = dir.resolve("encoded.jsonl");
    List<Map<String, String>> lines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      lines.add(answer(i, i % 3 == 0 ? "" : "No effusion " + i + ".", "Small effusion " + i + "."));
    }
    HandMadeDataset.lines(file, lines);
    Path baseline =
        Files.writeString(
            dir.resolve("baseline.tsv"), "LAYER,P,R,F\n0,0,0,0\n1,0,0,0\n2,.1,.2,.25\n");
    Object[] args = {
      "--predictions",
      "mine=" + file,
      "--set",
      "metrics=[bertscore,chexbert]",
      "--set",
      "compare.metrics=[]",
      "--set",
      "bertscore.layer=2",
      "--set",
      "bertscore.idf=true",
      "--bertscore-model",
      bert,
      "--bertscore-baseline",
      baseline,
      "--chexbert-model",
      chexbert
    };
    Path out = run("encoded", args);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    JsonNode all = metrics.at("/systems/mine/ward/test/all");
    double f1 = all.at("/bertscore_f1/mean").asDouble();
    assertThat(f1).isBetween(0.3, 0.67);
    assertThat(all.at("/bertscore_rescaled_f1/mean").asDouble())
        .isCloseTo((f1 - 0.25) / 0.75, within(1e-9));
    assertThat(all.at("/bertscore_idf_f1/mean").asDouble()).isPositive().isNotEqualTo(f1);
    assertThat(all.at("/chexbert_micro_f1_14/mean").asDouble()).isBetween(0.0, 1.0);
    String hash = EncoderModel.sha256(new org.apache.hadoop.conf.Configuration(), bert.toString());
    assertThat(metrics.at("/signatures/bertscore").asText())
        .startsWith("model:" + hash.substring(0, 12) + "|layer:2|as:bert_score-0.3.13|idf")
        .contains("|baseline:");
    assertThat(Files.readString(out.resolve("report.html"))).contains("BERTScore F, rescaled");
    assertThat(Files.readString(out.resolve("manifest.json")))
        .contains("bertscore-model")
        .doesNotContain(dir.toString());
  }

  @Test
  void encodersThatAreNotWhollyNamedAreUsageErrors() throws Exception {
    Path bert = EncoderTest.copy("bert", dir.resolve("bert-unnamed"));
    Path file = dir.resolve("unnamed.jsonl");
    HandMadeDataset.lines(file, List.of(answer(1, "Clear.", "Clear.")));
    assertUsage(
        "bertscore.layer must be",
        "--predictions",
        "mine=" + file,
        "--set",
        "metrics=[rouge,bertscore]",
        "--bertscore-model",
        bert);
    assertUsage(
        "--chexbert-model DIR belong together",
        "--predictions",
        "mine=" + file,
        "--set",
        "metrics=[rouge,chexbert]");
  }

  @Test
  void filesMustNotContradictEachOtherOnWhereAReportIsFrom() throws Exception {
    Path one = dir.resolve("corpus-a.jsonl");
    HandMadeDataset.lines(one, List.of(answer(1, "clear", "clear"), answer(2, "x", "x")));
    Path other = dir.resolve("corpus-b.jsonl");
    Files.writeString(other, Files.readString(one).replace("ward", "clinic"));
    assertThatThrownBy(
            () -> run("corpora", "--predictions", "a=" + one, "--predictions", "b=" + other))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("id r1 has another dataset or split");
    Path none = dir.resolve("corpus-c.jsonl");
    Files.writeString(none, Files.readString(one).replace("\"dataset\":\"ward\"", "\"n\":1"));
    Path out = run("corpora-c", "--predictions", "a=" + one, "--predictions", "c=" + none);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    assertThat(names(metrics.at("/systems/c"))).containsExactly("ward");
    JsonNode set = metrics.at("/test_sets/ward/test/all");
    assertThat(set.path("n").asInt()).isEqualTo(2);
    // The same reports in another order and other files, and then another reference.
    List<String> lines = new ArrayList<>(Files.readAllLines(one));
    Collections.reverse(lines);
    Files.write(none, lines);
    Path again = run("corpora-d", "--predictions", "d=" + none);
    assertThat(
            Json.mapper()
                .readTree(again.resolve("metrics.json").toFile())
                .at("/test_sets/ward/test/all"))
        .isEqualTo(set);
    Files.writeString(
        none, Files.readString(one).replace("\"reference\":\"x\"", "\"reference\":\"y\""));
    Path changed = run("corpora-e", "--predictions", "d=" + none);
    JsonNode different =
        Json.mapper()
            .readTree(changed.resolve("metrics.json").toFile())
            .at("/test_sets/ward/test/all");
    assertThat(different.path("ids")).isEqualTo(set.path("ids"));
    assertThat(different.path("ids_and_references")).isNotEqualTo(set.path("ids_and_references"));
  }

  @Test
  void textsThatRougesTokeniserEmptiesAreSaidAndCanBeScored() throws Exception {
    Path file = dir.resolve("russian.jsonl");
    String text = "Лёгкие без очагов";
    HandMadeDataset.lines(
        file,
        List.of(
            Map.of("id", "a", "prediction", text, "reference", text),
            Map.of("id", "b", "prediction", "no effusion", "reference", "No effusions.")));
    Path out = run("russian", "--predictions", "theirs=" + file);
    assertThat(mean(out, "rougeL_fmeasure")).isEqualTo(0.5);
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("so they score 0: theirs 1. Set rouge.tokenizer = unicode");
    Path other =
        run("unicode", "--predictions", "theirs=" + file, "--set", "rouge.tokenizer=unicode");
    assertThat(mean(other, "rougeL_unicode_fmeasure")).isEqualTo(1);
    assertThat(Files.readString(other.resolve("metrics.json")))
        .contains("tok:unicode-words")
        .doesNotContain("rougeL_fmeasure", "tok:rouge_score");
    assertThat(Files.readString(other.resolve("report.html"))).doesNotContain("score 0");
  }

  private static double mean(Path out, String metric) throws IOException {
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    return metrics.at("/systems/theirs/imported/none/all/" + metric + "/mean").asDouble();
  }

  @Test
  void predictionsWithReferencesNeedNoDataset() throws Exception {
    Path file = dir.resolve("alone.jsonl");
    HandMadeDataset.lines(
        file,
        List.of(
            Map.of("id", 7, "prediction", "no effusion", "reference", "No effusions."),
            Map.of("id", "b", "prediction", "", "reference", "clear"),
            Map.of("id", "c", "prediction", "x y", "reference", List.of("a", "x y"))));
    Path out = run("alone", "--predictions", "alone=" + file);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    JsonNode none = metrics.get("systems").get("alone").get("imported").get("none");
    assertThat(names(none)).containsExactly("all", "words_0_8");
    assertThat(none.get("all").get("rouge1_fmeasure").get("mean").asDouble()).isEqualTo(2 / 3.0);
    assertThat(none.get("all").get("rouge1_unstemmed_fmeasure").get("mean").asDouble())
        .isEqualTo(0.5);
    assertThat(none.get("all").get("exact_match").get("mean").asDouble()).isEqualTo(1 / 3.0);
    assertThat(Files.readString(out.resolve("predictions.jsonl")))
        .contains("\"reference\":[\"a\",\"x y\"]");
  }

  @Test
  void labelsComeWithTheirWordsAndPhrasesOfOnesOwn() throws Exception {
    Path file = dir.resolve("evidence.jsonl");
    String large = "Large right effusion. CT is recommended.";
    HandMadeDataset.lines(
        file,
        List.of(
            Map.of("id", "a", "prediction", "Small left effusion.", "reference", large),
            Map.of("id", "b", "prediction", "Sans air leak.", "reference", "No pneumothorax.")));
    Path out =
        run(
            "evidence",
            "--predictions",
            "mine=" + file,
            "--set",
            "metrics=[rouge,findings,attributes]",
            "--set",
            "findings.evidence=true",
            "--set",
            "findings.phrases=[\"observation Pneumothorax: air leak\",\"negative-before: sans\"]");
    assertThat(Files.readString(out.resolve("predictions.jsonl")))
        .contains(
            "\"prediction\":[{\"observation\":\"Pneumothorax\",\"state\":\"absent\","
                + "\"mention\":\"air leak\",\"mention_at\":[5,13],\"cue\":\"Sans\",\"cue_at\":[0,4]}]");
    JsonNode all =
        Json.mapper()
            .readTree(out.resolve("metrics.json").toFile())
            .at("/systems/mine/imported/none/all");
    assertThat(all.at("/attributes_major_errors/mean").asDouble()).isEqualTo(1);
    assertThat(all.at("/attributes_minor_errors/mean").asDouble()).isEqualTo(0.5);
    assertThat(all.at("/attributes_contradictions/mean").asDouble()).isEqualTo(0.5);
    assertThat(all.at("/attributes_recommendations_f1/mean").asDouble()).isZero();
    assertThat(all.at("/findings_micro_f1/mean").asDouble()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("report.html")))
        .contains("Contradictions")
        .doesNotContain("air leak.");
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
  void neitherDoesTheLocale() throws Exception {
    Path file = predictions("located", test, 3);
    Path here = run("locale-a", "--dataset", dataset, "--predictions", "mine=" + file);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      Path there = run("locale-b", "--dataset", dataset, "--predictions", "mine=" + file);
      assertThat(there.resolve("metrics.json"))
          .hasSameBinaryContentAs(here.resolve("metrics.json"));
      for (String end : List.of("csv", "md", "tex")) {
        assertThat(there.resolve("tables/leaderboard-all-openi-test." + end))
            .hasSameBinaryContentAs(here.resolve("tables/leaderboard-all-openi-test." + end));
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  private static List<JsonNode> radgraphTests(JsonNode metrics) {
    List<JsonNode> tests = new ArrayList<>();
    for (JsonNode test : metrics.get("comparisons")) {
      if (test.get("metric").asText().equals("radgraph")
          && test.get("dataset").asText().equals("openi")
          && test.get("subset").asText().equals("all")) {
        tests.add(test);
      }
    }
    return tests;
  }

  @Test
  void scoresFromElsewhereJoinTablesAndTests() throws Exception {
    Path file = predictions("first", test, 3);
    Path csv = dir.resolve("first.csv");
    List<String> lines = new ArrayList<>(List.of("id,radgraph"));
    for (int i = 0; i < test.size(); i++) {
      lines.add(test.get(i).id() + "," + (i == 7 ? "" : "" + i / 64.0));
    }
    lines.add("openi/unknown,1");
    lines.add(test.get(2).id() + ",1");
    Files.write(csv, lines);
    Path jsonl = dir.resolve("second.jsonl");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 1; i < test.size(); i++) {
      rows.add(Map.of("id", test.get(i).id(), "radgraph", i / 128.0));
    }
    HandMadeDataset.lines(jsonl, rows);
    Path out =
        run(
            "elsewhere",
            "--dataset",
            dataset,
            "--predictions",
            "first=" + file,
            "--predictions",
            "second=" + file,
            "--scores",
            "first=" + csv,
            "--scores",
            "second=" + jsonl);
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    double sum = 0;
    int n = 0;
    for (int i = 0; i < test.size(); i++) {
      // Report 7 has no score of the first, report 0 none of the second: neither counts.
      if (test.get(i).source().equals("openi") && i != 7 && i != 0) {
        sum += i / 64.0;
        n++;
      }
    }
    JsonNode first = metrics.at("/systems/first/openi/test/all/radgraph");
    assertThat(first.get("mean").asDouble()).isCloseTo(sum / n, within(1e-12));
    assertThat(first.get("n").asInt()).isEqualTo(n);
    assertThat(first.get("low").asDouble()).isLessThan(first.get("mean").asDouble());
    assertThat(metrics.at("/systems/nearest/openi/test/all").has("radgraph")).isFalse();
    List<JsonNode> tests = radgraphTests(metrics);
    assertThat(tests).hasSize(1);
    assertThat(tests.get(0).get("difference").asDouble()).isCloseTo(sum / n / 2, within(1e-12));
    assertThat(tests.get(0).get("p").asDouble()).isLessThan(0.001);
    assertThat(Files.readString(out.resolve("report.html"))).contains("radgraph");
    JsonNode counts = Json.mapper().readTree(out.resolve("manifest.json").toFile()).get("counts");
    assertThat(counts.at("/imported_scores/first/radgraph").toString())
        .isEqualTo("{\"read\":42,\"kept\":40,\"extra\":1,\"duplicate\":1,\"missing\":0}");
    assertThat(counts.at("/imported_scores/second/radgraph/missing").asInt()).isEqualTo(1);
    assertThat(Files.readAllLines(out.resolve("unmatched.jsonl")))
        .contains(
            "{\"system\":\"first\",\"id\":\"openi/unknown\",\"kind\":\"extra\",\"of\":\"scores\"}");
  }

  @Test
  void rougeScoresOwnBootstrapIsThereOnRequest() throws Exception {
    Path file = predictions("compatible", test, 3);
    Path out =
        run(
            "compatible",
            "--dataset",
            dataset,
            "--predictions",
            "mine=" + file,
            "--set",
            "bootstrap.method=rouge_score");
    JsonNode metrics = Json.mapper().readTree(out.resolve("metrics.json").toFile());
    List<InstructionExample> openi =
        test.stream()
            .filter(e -> e.source().equals("openi"))
            .sorted(Comparator.comparing(InstructionExample::id))
            .toList();
    Map<String, String> predictions = new HashMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode node = Json.mapper().readTree(line);
      predictions.put(node.get("id").asText(), node.get("prediction").asText());
    }
    RougeScorer scorer =
        new RougeScorer(Stream.of("rouge1", "rouge2").map(RougeType::of).toList(), true);
    double[][] one = new double[openi.size()][3];
    double[][] two = new double[openi.size()][3];
    for (int i = 0; i < openi.size(); i++) {
      double[] values = new double[6];
      scorer.score(openi.get(i).impression(), predictions.get(openi.get(i).id()), values, 0);
      System.arraycopy(values, 0, one[i], 0, 3);
      System.arraycopy(values, 3, two[i], 0, 3);
    }
    BootstrapAggregator aggregator = new BootstrapAggregator(0.95, 1000, 42);
    aggregator.next(one);
    BootstrapAggregator.Bounds bounds = aggregator.next(two);
    JsonNode cell = metrics.at("/systems/mine/openi/test/all/rouge2_fmeasure");
    assertThat(cell.get("low").asDouble()).isEqualTo(bounds.low()[2]);
    assertThat(cell.get("mid").asDouble()).isEqualTo(bounds.mid()[2]);
    assertThat(cell.get("high").asDouble()).isEqualTo(bounds.high()[2]);
    assertThat(metrics.get("signature").asText()).contains("interval:rouge_score-bootstrap");
  }

  @Test
  void badFlagsAreExplained() {
    assertUsage("nothing to evaluate");
    assertUsage(
        "--predictions: two are named p; --scores must be NAME=PATH, NAME of letters, digits and"
            + " . _ -, not x; compare.trials must be at least 1, not 0",
        "--dataset",
        dataset,
        "--predictions",
        "p=/x",
        "--predictions",
        "p=/y",
        "--scores",
        "x",
        "--set",
        "compare.trials=0");
    assertUsage("--adapter needs --base-model", "--dataset", dataset, "--adapter", "a=/x");
    assertUsage("two systems are named lead", "--dataset", dataset, "--predictions", "lead=/x");
    assertUsage("--predictions must be NAME=PATH", "--dataset", dataset, "--predictions", "/x/y");
    assertUsage(
        "baselines must be among [constant, lead, nearest, neighbours], not mean",
        "--dataset",
        dataset,
        "--baselines",
        "mean");
    assertUsage("not a split's name", "--dataset", dataset, "--split", "tset");
    assertUsage(
        "not a variant of ROUGE: rougel", "--dataset", dataset, "--set", "rouge.types=[rougel]");
    assertUsage("is not computed", "--dataset", dataset, "--set", "rouge.types=[rouge3]");
    assertUsage("is not one of rouge, bleu4", "--dataset", dataset, "--set", "metrics=[bleu]");
    assertUsage(
        "there is no section negation",
        "--dataset",
        dataset,
        "--set",
        "findings.phrases=[\"negation: nix\"]");
    assertUsage("not a subset: short", "--dataset", dataset, "--set", "compare.subsets=[short]");
    assertUsage("must ascend", "--dataset", dataset, "--set", "subsets.lengths=[9,3]");
    assertUsage("no such system", "--dataset", dataset, "--scores", "other=/x");
    assertUsage(
        "bootstrap.method must be one of [counter, rouge_score]",
        "--dataset",
        dataset,
        "--set",
        "bootstrap.method=x");
  }

  @Test
  void damagedLinesAreNamedWithoutTheirText() throws Exception {
    Path file = dir.resolve("damaged.jsonl");
    Files.writeString(
        file, "{\"id\":\"a\",\"prediction\":\"b\"}\n{\"id\":\"" + HandMadeDataset.CANARY);
    assertThatThrownBy(() -> run("damaged", "--dataset", dataset, "--predictions", "p=" + file))
        .isInstanceOf(BadInputException.class)
        .hasMessage("--predictions p: line 2 is not JSON");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    EvalResult result = eval("dry", "--dataset", dataset, "--dry-run");
    assertThat(result.directory()).isEmpty();
    assertThat(dir.resolve("out/dry")).doesNotExist();
  }

  private static void checkScoresFile(Path out, JsonNode metrics) {
    Dataset<Row> rows = spark.read().parquet(out.resolve("scores.parquet").toString());
    List<String> complete = new ArrayList<>();
    rows.groupBy("metric")
        .count()
        .filter("count = 4 * 40")
        .collectAsList()
        .forEach(row -> complete.add(row.getString(0)));
    assertThat(complete)
        .hasSizeGreaterThanOrEqualTo(24 + 5)
        .contains("bleu4", "chrf", "exact_match", "length_ratio", "findings_micro_f1");
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
