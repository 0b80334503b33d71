package org.radllama.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.HandMadeDataset;
import org.radllama.eval.TestStudies;
import org.radllama.failure.BadInputException;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

class StudyJobTest {
  private static final String CANARY = HandMadeDataset.CANARY;
  private static final List<String> SYSTEMS = List.of("first-model", "other-model", "reference");
  @TempDir static Path dir;
  private static Path packed;
  private static StudyKey key;

  @BeforeAll
  static void pack() throws IOException {
    List<InstructionExample> test = TestStudies.examples(40);
    TestStudies.dataset(dir.resolve("dataset"), test);
    // Of 5 reports the second system has nothing.
    TestStudies.predictions(dir.resolve("a.jsonl"), test, "Alpha: ");
    TestStudies.predictions(dir.resolve("b.jsonl"), test.subList(0, 35), "Beta: ");
    packed = pack("packed");
    key = StudyKey.of(Json.mapper().readTree(packed.resolve("key.json").toFile()), "key.json");
  }

  private static Path pack(String runId, String... more) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of("pack", "--dataset", dir.resolve("dataset"), "--out", dir.resolve("out")));
    args.addAll(List.of("--run-id", runId, "--readers", "ann,ben,eve"));
    args.addAll(List.of("--predictions", "first-model=" + dir.resolve("a.jsonl")));
    args.addAll(List.of("--predictions", "other-model=" + dir.resolve("b.jsonl")));
    args.addAll(List.of("--set", "pack.reports=12", "--set", "pack.repeats=3"));
    args.addAll(List.of(more));
    return TestStudies.run(args.toArray());
  }

  @Test
  void packsFormsAndASealedKey() throws IOException {
    JsonNode counts =
        Json.mapper().readTree(packed.resolve("manifest.json").toFile()).get("counts");
    assertThat(counts.toString())
        .isEqualTo(
            "{\"reports\":40,\"eligible\":35,\"incomplete\":5,\"drawn\":12,\"predictions_extra\":0,"
                + "\"predictions_repeated\":0,\"systems\":3,\"readers\":3,\"shown\":45,\"shown_again\":9,\"items\":135}");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(packed.resolve("key.json"))))
        .isEqualTo("rw-------");
    String keyText = Files.readString(packed.resolve("key.json"));
    assertThat(keyText).doesNotContain(CANARY).contains("first-model");
    for (String reader : List.of("ann", "ben", "eve")) {
      String form = Files.readString(packed.resolve("forms/" + reader + ".html"));
      assertThat(form).contains(CANARY, key.digest());
      for (String hidden :
          List.of("first-model", "other-model", key.secret(), "packed", "openi/", "mimic-cxr/")) {
        assertThat(form).doesNotContain(hidden);
      }
      assertThat(form).doesNotContainPattern("\\breference\\b");
    }
  }

  @Test
  void sameInputsMakeTheSameBytes() throws IOException {
    Path again = pack("packed", "--out", dir.resolve("elsewhere").toString());
    for (String file : List.of("key.json", "manifest.json", "forms/ann.html", "forms/eve.html")) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(packed.resolve(file));
    }
    StudyKey other =
        StudyKey.of(
            Json.mapper()
                .readTree(pack("seeded", "--set", "pack.seed=1").resolve("key.json").toFile()),
            "key");
    assertThat(other.secret()).isNotEqualTo(key.secret());
    assertThat(other.reports()).isNotEqualTo(key.reports());
  }

  @Test
  void takesTheSystemsOfAnEvaluation() throws IOException {
    Path eval = Files.createDirectories(dir.resolve("eval"));
    List<Map<String, String>> lines = new ArrayList<>();
    for (InstructionExample e : TestStudies.examples(40)) {
      for (String system : List.of("lead", "nearest", "third")) {
        lines.add(Map.of("id", e.id(), "system", system, "prediction", system + " " + CANARY));
      }
    }
    Files.writeString(
        eval.resolve("predictions.jsonl"),
        String.join(
            "\n", lines.stream().map(l -> Json.mapper().valueToTree(l).toString()).toList()));
    Path out =
        TestStudies.run(
            "pack",
            "--dataset",
            dir.resolve("dataset"),
            "--eval",
            eval,
            "--systems",
            "third,lead",
            "--readers",
            "ann",
            "--out",
            dir.resolve("out"),
            "--run-id",
            "of-eval",
            "--set",
            "pack.reference=false",
            "--set",
            "pack.overlap=0.5");
    JsonNode written = Json.mapper().readTree(out.resolve("key.json").toFile());
    assertThat(StudyKey.of(written, "key").systems()).containsExactly("lead", "third");
  }

  @Test
  void badFlagsAndTooFewReportsAreRefused() {
    assertFails(ExitCode.USAGE, "needs pack or score", "--out", "x");
    assertFails(ExitCode.USAGE, "pack does not take --key", "pack", "--key", "x");
    assertFails(ExitCode.USAGE, "score needs --key FILE", "score", "--returned", "x");
    assertFails(ExitCode.USAGE, "score does not take --eval", "score", "--eval", "x");
    assertThatThrownBy(() -> pack("few", "--set", "pack.reports=36"))
        .isInstanceOf(JobFailure.class)
        .hasMessageStartingWith(
            "35 of the 40 reports of the test split have an impression by each");
    assertThatThrownBy(() -> pack("none", "--systems", "nobody"))
        .hasMessageContaining("no predictions of nobody");
    assertThatThrownBy(() -> pack("bad", "--readers", "../ann"))
        .hasMessageContaining("a name must be");
  }

  private static void assertFails(ExitCode code, String message, Object... args) {
    assertThatThrownBy(() -> TestStudies.run(args))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining(message)
        .extracting(e -> ((JobFailure) e).exitCode())
        .isEqualTo(code);
  }

  /** What a reader would rate: by the system, with noise of the reader's own. */
  private static ObjectNode answers(String reader, long seed) {
    Random random = new Random(seed);
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("format", "radllama-study-answers").put("version", 1);
    root.put("study", key.digest()).put("reader", reader);
    ObjectNode items = root.putObject("items");
    ObjectNode preferences = root.putObject("preferences");
    StudyKey.Reader form =
        key.readers().stream().filter(r -> r.name().equals(reader)).findFirst().orElseThrow();
    for (StudyKey.Block block : form.blocks()) {
      for (StudyKey.Item item : block.items()) {
        ObjectNode node = items.putObject(item.id());
        for (Dimension dimension : Dimension.values()) {
          int good = 2 + SYSTEMS.indexOf(item.system());
          node.put(dimension.label(), Math.min(5, good + random.nextInt(2)));
        }
        node.put("comment", "the " + CANARY + ", \"quoted\";\nand a second line");
        if (item.system().equals("reference")) {
          preferences.putArray(block.id()).add(item.id());
        }
      }
    }
    return root;
  }

  private static Path file(String name, JsonNode node) throws IOException {
    return Files.writeString(dir.resolve(name), node.toString());
  }

  @Test
  void scoresWhatCameBack() throws IOException {
    ObjectNode ann = answers("ann", 1);
    // One rating is missing; eve's form did not come back.
    ((ObjectNode) ann.path("items").iterator().next()).putNull("coherence");
    Path out = score("scored", file("ann.json", ann), file("ben.json", answers("ben", 2)));
    JsonNode study = Json.mapper().readTree(out.resolve("study.json").toFile());
    assertThat(study.get("counts").toString())
        .isEqualTo(
            "{\"readers\":3,\"returned\":2,\"returned_twice\":0,\"reports\":12,\"systems\":3,"
                + "\"items\":135,\"packed\":675,\"rated\":449,\"missing\":226}");
    assertThat(study.at("/readers/ann/missing").asInt()).isEqualTo(1);
    assertThat(study.at("/readers/eve/returned").asBoolean()).isFalse();
    assertThat(study.at("/preferences/reference/share").asDouble()).isEqualTo(1);
    assertThat(study.at("/preferences/reference/alone").asInt()).isEqualTo(24);
    JsonNode mean = study.at("/means/reference/relevance");
    assertThat(mean.get("n").asInt()).isEqualTo(24);
    assertThat(mean.get("mean").asDouble())
        .isBetween(mean.get("low").asDouble(), mean.get("high").asDouble());
    assertThat(study.at("/comparisons")).hasSize(15);
    assertThat(study.at("/self_agreement/ben/coherence/n").asInt()).isEqualTo(9);
    assertThat(study.at("/agreement/coherence/icc_2_1/readers").asInt()).isEqualTo(2);
    assertThat(Files.readString(out.resolve("ratings.csv"))).contains(CANARY);
    for (String file : List.of("study.json", "report.html", "manifest.json")) {
      assertThat(Files.readString(out.resolve(file))).doesNotContain(CANARY);
    }
    checkMeans(out, study);
  }

  /** The means again, from the tidy file. */
  private static void checkMeans(Path out, JsonNode study) throws IOException {
    Map<String, List<Integer>> bySystem = new HashMap<>();
    int rows = 0;
    for (List<String> row : CsvRows.of(out.resolve("ratings.csv"))) {
      rows++;
      if (row.get(6).equals("1") && !row.get(9).isEmpty()) {
        bySystem
            .computeIfAbsent(row.get(5) + "/" + row.get(8), s -> new ArrayList<>())
            .add(Integer.parseInt(row.get(9)));
      }
    }
    assertThat(rows).isEqualTo(1 + 675);
    assertThat(bySystem).hasSize(15);
    bySystem.forEach(
        (cell, ratings) ->
            assertThat(study.at("/means/" + cell + "/mean").asDouble())
                .isCloseTo(
                    ratings.stream().mapToInt(r -> r).average().orElseThrow(), within(1e-12)));
  }

  private static Path score(String runId, Object... files) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of("score", "--key", packed.resolve("key.json"), "--out", dir.resolve("out")));
    args.addAll(List.of("--run-id", runId));
    for (Object file : files) {
      args.addAll(List.of("--returned", file));
    }
    return TestStudies.run(args.toArray());
  }

  @Test
  void filesThatCannotBeUsedAreRefused() throws IOException {
    String item = key.readers().get(0).blocks().get(0).items().get(0).id();
    refused("belongs to another study", a -> a.put("study", "0".repeat(64)));
    refused("is of a reader that the key does not have", a -> a.put("reader", "bob"));
    refused(
        "has an item that is not on the form of ann", a -> items(a).putObject("00112233aabbccdd"));
    refused("relevance must be a whole number from 1 to 5", a -> item(a, item).put("relevance", 6));
    refused(
        "relevance must be a whole number from 1 to 5", a -> item(a, item).put("relevance", 2.5));
    refused(
        "relevance must be a whole number from 1 to 5", a -> item(a, item).put("relevance", "3"));
    refused("has 1 fields that forms do not have", a -> item(a, item).put("charm", 3));
    refused("is not the export of a form", a -> a.put("version", 2));
    refused(
        "not on the form of ann", a -> ((ObjectNode) a.get("preferences")).putArray("x").add(item));
    Path notJson = Files.writeString(dir.resolve("bad.json"), "{\"" + CANARY + "\": ");
    refused(notJson, "is not JSON");
    refused(
        Files.writeString(dir.resolve("bad.csv"), "a,b\n1,2\n"), "is neither JSON nor a CSV file");
    String twice =
        answers("ann", 1)
            .toString()
            .replaceFirst("\"items\":\\{", "\"items\":{\"" + item + "\":{},");
    refused(Files.writeString(dir.resolve("twice.json"), twice), "or has repeated names");
    ObjectNode other = answers("ann", 1);
    item(other, item).put("relevance", 6 - item(other, item).get("relevance").asInt());
    item(other, item).put("coherence", item(other, item).get("coherence").asInt() == 1 ? 2 : 1);
    Path one = file("one.json", answers("ann", 1));
    Path two = file("two.json", other);
    assertThatThrownBy(() -> score("conflict", one, two))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("both of ann, differ in 1 items and reports: [" + item + "]");
  }

  /** Semicolons, a byte order mark, CRLF and columns in another order. */
  @Test
  void takesCsvAsSpreadsheetsSaveIt() throws IOException {
    ObjectNode answers = answers("ben", 3);
    StudyKey.Reader ben = key.readers().get(1);
    List<String> columns = new ArrayList<>(List.of("comment", "best", "item", "report"));
    columns.addAll(List.of("reader", "study"));
    for (Dimension dimension : Dimension.values()) {
      columns.add(dimension.label());
    }
    StringBuilder csv = new StringBuilder("\uFEFF" + String.join(";", columns) + "\r\n");
    for (StudyKey.Block block : ben.blocks()) {
      for (StudyKey.Item item : block.items()) {
        JsonNode of = answers.get("items").get(item.id());
        String comment = of.get("comment").asText().replace("\"", "\"\"").replace("\n", "\r\n");
        String best = item.system().equals("reference") ? "1" : "0";
        csv.append('"' + comment + '"')
            .append(";" + best + ";" + item.id() + ";" + block.id() + ";ben;" + key.digest());
        for (Dimension dimension : Dimension.values()) {
          csv.append(";").append(of.get(dimension.label()).asInt());
        }
        csv.append("\r\n");
      }
    }
    Path sheet = Files.writeString(dir.resolve("sheet.csv"), csv);
    Path both = score("sheet", sheet, file("sheet.json", answers));
    JsonNode study = Json.mapper().readTree(both.resolve("study.json").toFile());
    assertThat(study.at("/counts/returned_twice").asInt()).isEqualTo(1);
    assertThat(study.at("/counts/rated").asInt()).isEqualTo(225);
    refused(
        Files.writeString(dir.resolve("bad-best.csv"), csv.toString().replace(";1;x", ";yes;x")),
        "best must be 0, 1 or empty");
    refused(
        Files.writeString(dir.resolve("seven.csv"), csv.toString().replace(";5\r\n", ";7\r\n")),
        "clinical_utility must be a whole number from 1 to 5");
    String again = csv.substring(csv.indexOf("\r\n") + 2);
    refused(Files.writeString(dir.resolve("again.csv"), csv + again), "occurs twice");
  }

  private static ObjectNode items(ObjectNode answers) {
    return (ObjectNode) answers.get("items");
  }

  private static ObjectNode item(ObjectNode answers, String id) {
    return (ObjectNode) answers.get("items").get(id);
  }

  private static void refused(String message, Consumer<ObjectNode> change) throws IOException {
    ObjectNode answers = answers("ann", 1);
    change.accept(answers);
    refused(file("changed.json", answers), message);
  }

  private static void refused(Path file, String message) {
    assertThatThrownBy(() -> score("refused", file))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining(CANARY);
  }
}
