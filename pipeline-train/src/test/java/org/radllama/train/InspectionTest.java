package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;
import org.radllama.train.tokenizer.LlamaTokenizer;

class InspectionTest {
  private static final String CANARY = "Zyxwabout";

  @TempDir Path folder;

  private static InstructionExample example(String id, String findings, String impression) {
    String input = PromptTemplate.input(findings);
    return new InstructionExample(
        id, "t", id, PromptTemplate.INSTRUCTION, input, impression, findings, impression, "normal");
  }

  private List<String> inspect(int n, boolean showText, String... sets) throws IOException {
    TrainFlags flags = new TrainFlags();
    flags.inspect = n;
    flags.showText = showText;
    flags.dataset = folder.resolve("dataset").toString();
    flags.set = new ArrayList<>(List.of(sets));
    flags.set.addAll(List.of("method=full", "tokenizer=\"" + folder.resolve("model") + "\""));
    Settings settings = Settings.load("train", Optional.empty(), flags.set, flags.overlay());
    PrintStream before = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      Train.run(JobContext.of("train", settings, null), flags);
    } finally {
      System.setOut(before);
    }
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void lay(List<InstructionExample> train) throws IOException {
    DatasetFixture.write(folder.resolve("dataset"), train, List.of());
    Path model = Files.createDirectories(folder.resolve("model"));
    try (InputStream in = LlamaTokenizer.class.getResourceAsStream("llama.model")) {
      Files.write(model.resolve("tokenizer.model"), in.readAllBytes());
    }
  }

  @Test
  void masksAreCountedAndTextIsShownOnlyWhenAskedFor() throws IOException {
    String findings = "The heart is normal. " + CANARY + " lungs. ";
    lay(
        List.of(
            example("t/1", findings, "Normal " + CANARY + "."),
            example("t/2", findings.repeat(20), "No change."),
            example("t/3", findings, "No " + (CANARY + " ").repeat(60) + "."),
            example("t/4", findings, "Unseen.")));
    List<String> lines = inspect(3, false, "max-length=240");
    assertThat(lines).hasSize(4).noneMatch(l -> l.contains(CANARY) || l.contains("heart"));
    JsonNode one = Json.mapper().readTree(lines.get(0));
    assertThat(one.path("id").asText()).isEqualTo("t/1");
    assertThat(one.path("tokens").asInt())
        .isEqualTo(one.path("prompt_tokens").asInt() + one.path("target_tokens").asInt());
    assertThat(one.path("begins_with_bos").asBoolean()).isTrue();
    assertThat(one.path("eos_trained").asBoolean()).isTrue();
    assertThat(one.path("input_tokens_cut").asInt()).isZero();
    JsonNode two = Json.mapper().readTree(lines.get(1));
    assertThat(two.path("tokens").asInt()).isBetween(230, 240);
    assertThat(two.path("input_tokens_cut").asInt()).isPositive();
    assertThat(two.path("eos_trained").asBoolean()).isTrue();
    JsonNode three = Json.mapper().readTree(lines.get(2));
    assertThat(three.path("tokens").asInt()).isEqualTo(240);
    assertThat(three.path("output_tokens_cut").asInt()).isPositive();
    assertThat(three.path("eos_trained").asBoolean()).isFalse();
    JsonNode sums = Json.mapper().readTree(lines.get(3));
    assertThat(sums.path("examples").asInt()).isEqualTo(3);
    assertThat(sums.path("of").asInt()).isEqualTo(4);
    assertThat(sums.path("longest").asInt()).isEqualTo(240);
    assertThat(sums.path("inputs_shortened").asInt()).isEqualTo(2);
    assertThat(sums.path("outputs_shortened").asInt()).isEqualTo(1);

    JsonNode shown = Json.mapper().readTree(inspect(1, true).get(0));
    assertThat(shown.path("prompt").asText())
        .isEqualTo(PromptTemplate.prompt(PromptTemplate.INSTRUCTION, "Findings: " + findings));
    assertThat(shown.path("target").asText()).isEqualTo("Normal " + CANARY + ".");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("dataset", "model");
  }

  /** A pass over three orders is three times as long; the reports as they are come first. */
  @Test
  void reportsAreReadInSeveralOrdersOfTheirSentences() throws IOException {
    lay(List.of(example("t/1", "One. Two. Three.", "A."), example("t/2", "Four.", "B.")));
    List<String> once = inspect(5, true);
    List<String> lines = inspect(5, true, "sentence-orders=3");
    assertThat(lines.subList(0, 2)).isEqualTo(once.subList(0, 2));
    JsonNode sums = Json.mapper().readTree(lines.get(2));
    JsonNode before = Json.mapper().readTree(once.get(2));
    assertThat(sums.path("examples").asInt()).isEqualTo(6);
    assertThat(sums.path("target_tokens").asInt())
        .isEqualTo(3 * before.path("target_tokens").asInt());
  }

  /** Every token of a report is trained, the begin token is not. */
  @Test
  void reportsAreTargetsFromTheirFirstToken() throws IOException {
    lay(List.of(example("t/1", "Clear.", "Normal.")));
    List<String> lines = inspect(5, false, "objective=report");
    assertThat(lines).hasSize(2);
    JsonNode one = Json.mapper().readTree(lines.get(0));
    assertThat(one.path("prompt_tokens").asInt()).isEqualTo(1);
    assertThat(one.path("target_tokens").asInt()).isEqualTo(one.path("tokens").asInt() - 1);
    assertThatThrownBy(() -> inspect(0, false))
        .isInstanceOf(JobFailure.class)
        .hasMessage("--inspect is 0, must be at least 1");
  }
}
