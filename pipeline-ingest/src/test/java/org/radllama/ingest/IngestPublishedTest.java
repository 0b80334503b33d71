package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.PromptTemplate;
import org.radllama.dataset.Split;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** What is published, as others read it: with any of the splits empty, and in further forms. */
class IngestPublishedTest extends IngestTestBase {
  private static final String SCRIPT = "src/test/scripts/read_published.py";

  @TempDir Path dir;

  /** A run with so many reports of train, validate and test. */
  private static int at(Split split) {
    return List.of(Split.values()).indexOf(split);
  }

  private Path run(String name, int[] rows, String... more) throws Exception {
    List<String> lines = new ArrayList<>();
    for (Split split : Split.values()) {
      for (int i = 0; i < rows[at(split)]; i++) {
        String words = format("Befund \u00e9\u2028 \u201c%s\u201d number %d", split.label(), i);
        ObjectNode row = Json.mapper().createObjectNode();
        row.put("id", format("%s-%d", split.label(), i));
        row.put("findings", "The lungs are clear and the heart is normal in size. " + words);
        row.put("impression", "No disease.\n" + words);
        // A library that guesses types takes this for a date.
        row.put("patient", format("2150-01-%02d", 1 + i + 10 * at(split)));
        row.put("split", split.label());
        lines.add(row.toString());
      }
    }
    lines.add(
        "{\"id\": \"rejected\", \"patient\": \"p\", \"findings\": \"\", \"split\": \"train\"}");
    Path file = Files.write(dir.resolve(name + ".jsonl"), lines);
    List<String> args = new ArrayList<>(List.of("--reports", file.toString()));
    args.addAll(List.of("--out", dir.toString(), "--run-id", name));
    List<String> settings =
        List.of(
            "reports { split = split, patient = patient }",
            "dedup { near = false, exact = false, leakage = mark }",
            "reject { max-share = 1, allow-empty-train = true }",
            "read.max-unreadable-share=1",
            "clean.fold-white-space=false",
            "publish.rows-per-part=3");
    Stream.concat(settings.stream(), Arrays.stream(more))
        .forEach(setting -> args.addAll(List.of("--set", setting)));
    ingest(2, args.toArray(String[]::new));
    return dir.resolve(name);
  }

  private static List<int[]> combinations() {
    List<int[]> all = new ArrayList<>();
    for (int bits = 0; bits < 8; bits++) {
      all.add(new int[] {(bits & 1) * 7, (bits >> 1 & 1) * 2, (bits >> 2) * 4});
    }
    return all;
  }

  @Test
  void everyReaderGetsEveryRowInItsSplitWhicheverAreEmpty() throws Exception {
    String python = System.getProperty("radllama.python", "python3");
    Result there = python(List.of(python, SCRIPT, "--versions"));
    assumeTrue(
        there.code() == 0,
        "skipped: set radllama.python to a Python with datasets, pandas, pyarrow, polars, duckdb and"
            + " mlcroissant: "
            + there.text());
    List<String> command = new ArrayList<>(List.of(python, SCRIPT));
    for (int[] rows : combinations()) {
      String name = format("run-%d-%d-%d", rows[0], rows[1], rows[2]);
      command.add(
          run(name, rows, "publish.formats=[alpaca, prompt-completion, messages]").toString());
    }
    Result read = python(command);
    assertThat(read.code()).as(read.text()).isZero();
    assertThat(read.text().lines().filter(line -> line.contains("by all"))).hasSize(8);
  }

  @Test
  void anEmptySplitHasNoFileAndReadsAsEmpty() throws Exception {
    for (int[] rows : combinations()) {
      Path run = run(format("r%d-%d-%d", rows[0], rows[1], rows[2]), rows);
      assertThat(run.resolve("dataset_info.json")).doesNotExist();
      String readme = Files.readString(run.resolve("README.md"));
      InstructionDataset dataset = InstructionDataset.open(new Configuration(), run.toString());
      for (Split split : Split.values()) {
        int there = rows[at(split)];
        assertThat(dataset.read(split)).hasSize(there);
        assertThat(Files.exists(run.resolve("jsonl/" + split.label() + ".jsonl")))
            .isEqualTo(there > 0);
        Path parquet = run.resolve("parquet/split=" + split.label());
        assertThat(Files.exists(parquet)).isEqualTo(there > 0);
        String line = "  - split: " + (split == Split.VALIDATE ? "validation" : split.label());
        assertThat(readme.contains(line + "\n")).isEqualTo(there > 0);
      }
      assertThat(counts(run).at("/rejected/neither").asInt()).isEqualTo(1);
      assertThat(counts(run).get("read").asInt()).isEqualTo(1 + Arrays.stream(rows).sum());
    }
  }

  @Test
  void publishesTheFormsThatTrainersTake() throws Exception {
    Path run =
        run("forms", new int[] {7, 0, 2}, "publish.formats=[messages, alpaca, prompt-completion]");
    List<JsonNode> whole = lines(run.resolve("jsonl/train.jsonl"));
    List<JsonNode> alpaca = lines(run.resolve("alpaca/train.jsonl"));
    List<JsonNode> completion = lines(run.resolve("prompt-completion/train.jsonl"));
    List<JsonNode> messages = lines(run.resolve("messages/train.jsonl"));
    assertThat(List.of(alpaca.size(), completion.size(), messages.size())).containsOnly(7);
    for (int i = 0; i < 7; i++) {
      String instruction = whole.get(i).get("instruction").asText();
      String input = whole.get(i).get("input").asText();
      String output = whole.get(i).get("output").asText();
      ObjectNode expected = Json.mapper().createObjectNode();
      expected.put("instruction", instruction).put("input", input).put("output", output);
      assertThat(alpaca.get(i)).isEqualTo(expected);
      expected.removeAll();
      expected.put("prompt", PromptTemplate.prompt(instruction, input)).put("completion", output);
      assertThat(completion.get(i)).isEqualTo(expected);
      expected.removeAll();
      expected
          .putArray("messages")
          .add(turn("user", instruction + "\n\n" + input))
          .add(turn("assistant", output));
      assertThat(messages.get(i)).isEqualTo(expected);
    }
    JsonNode manifest = Json.mapper().readTree(run.resolve("manifest.json").toFile());
    assertThat(manifest.get("outputs").has("messages/test.jsonl")).isTrue();
    assertThat(run.resolve("messages/validate.jsonl")).doesNotExist();
    assertThat(Files.readString(run.resolve("croissant.json"))).contains("\"messages/*.jsonl\"");
    assertThat(Files.readString(run.resolve("README.md"))).contains("load_dataset(DIR/messages)");
    assertThat(Files.readString(run.resolve("messages/README.md")))
        .contains("- split: test\n    path: \"test.jsonl\"\n")
        .doesNotContain("validation");
    assertThat(manifest.get("outputs").has("dataset_info.json")).isTrue();
    JsonNode factory = Json.mapper().readTree(run.resolve("dataset_info.json").toFile());
    assertThat(factory.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "messages-train",
            "messages-test",
            "alpaca-train",
            "alpaca-test",
            "prompt-completion-train",
            "prompt-completion-test");
    for (JsonNode named : factory) {
      JsonNode row = lines(run.resolve(named.get("file_name").asText())).get(0);
      List<String> columns = new ArrayList<>();
      named.get("columns").forEach(column -> columns.add(column.asText()));
      assertThat(columns).containsExactlyElementsOf(row::fieldNames);
    }
    assertThatThrownBy(() -> run("twice", new int[] {1, 0, 0}, "publish.formats=[alpaca, alpaca]"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("publish.formats names a format twice");
    assertThatThrownBy(() -> run("none", new int[] {1, 0, 0}, "publish.formats=[sharegpt]"))
        .hasMessageContaining("publish.formats must be among");
  }

  private static ObjectNode turn(String role, String content) {
    return Json.mapper().createObjectNode().put("role", role).put("content", content);
  }

  private record Result(int code, String text) {}

  private static Result python(List<String> command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (IOException e) {
      return new Result(-1, e.getMessage());
    }
  }
}
