package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;
import org.radllama.train.tokenizer.BpeTrainer;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.WordSplitter;

class TokenizerJobTest {
  @TempDir static Path folder;
  private static SparkSession spark;
  private static final List<InstructionExample> EXAMPLES = DatasetFixture.examples(0, 400);

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .appName("tokenizer-job-test")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static String dataset(String name, List<InstructionExample> examples) throws IOException {
    return DatasetFixture.write(folder.resolve(name), examples, List.of());
  }

  private static Optional<TokenizerResult> run(String dataset, String runId, int size)
      throws IOException {
    TokenizerFlags flags = new TokenizerFlags();
    flags.dataset = dataset;
    flags.out = folder.resolve("out").toString();
    flags.runId = runId;
    flags.vocabularySize = size;
    Settings settings = Settings.load("tokenizer", Optional.empty(), List.of(), flags.overlay());
    return Tokenizer.run(JobContext.of("tokenizer", settings, spark), flags);
  }

  private static String directory(String runId) {
    return folder.resolve("out").resolve(runId).toString();
  }

  @Test
  void publishesTheTokenizerOfTheTrainSplitWhateverItsOrder() throws IOException {
    TokenizerResult one = run(dataset("a", EXAMPLES), "one", 500).orElseThrow();
    assertThat(one.examples()).isEqualTo(400);
    assertThat(one.tokens()).isEqualTo(500);
    List<InstructionExample> shuffled = new ArrayList<>(EXAMPLES);
    Collections.shuffle(shuffled, new Random(1));
    assertThat(run(dataset("b", shuffled), "two", 500)).isPresent();
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      assertThat(Files.readAllBytes(Path.of(directory("one"), file)))
          .isEqualTo(Files.readAllBytes(Path.of(directory("two"), file)));
    }
    Map<String, Long> words = new HashMap<>();
    for (InstructionExample e : EXAMPLES) {
      WordSplitter.split(PromptTemplate.prompt(e) + e.output(), w -> words.merge(w, 1L, Long::sum));
    }
    List<String> expected = BpeTrainer.train(words, 500, 2).tokens();
    Map<String, Integer> vocabulary = new HashMap<>();
    Json.mapper()
        .readTree(Files.readString(Path.of(directory("one"), "tokenizer.json")))
        .path("model")
        .path("vocab")
        .fields()
        .forEachRemaining(e -> vocabulary.put(e.getKey(), e.getValue().asInt()));
    assertThat(vocabulary).hasSize(500);
    expected.forEach(t -> assertThat(vocabulary).containsEntry(t, expected.indexOf(t)));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(new Configuration(), directory("one"))) {
      assertThat(tokenizer.size()).isEqualTo(500);
    }
    assertThat(run(folder.resolve("a").toString(), "one", 500)).isEmpty();
    assertThatThrownBy(() -> run(folder.resolve("a").toString(), "one", 501))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN));
  }

  @Test
  void aDamagedLineIsAnInputFailureThatDoesNotQuoteIt() throws IOException {
    String dir = dataset("damaged", EXAMPLES.subList(0, 2));
    Files.writeString(Path.of(dir, "jsonl/train.jsonl"), "{\"findings\":\"secret words");
    assertThatThrownBy(() -> run(dir, "damaged", 500))
        .hasStackTraceContaining("a line of the train split is not an instruction example")
        .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("secret"));
    Files.writeString(Path.of(dir, "jsonl/train.jsonl"), "");
    assertThatThrownBy(() -> run(dir, "empty", 500))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("the train split is empty");
    assertThatThrownBy(() -> run(dir, "small", 259))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("vocab-size must be at least 260, not 259");
  }
}
