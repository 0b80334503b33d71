package org.radllama.deploy.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.deploy.LoggedProcess;

/**
 * Executes the notebooks on small runs that are made anew, and compares what they say with their
 * committed outputs.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NotebooksTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  private Path runs;
  private Path executed;

  @BeforeAll
  void execute(@TempDir Path folder) throws Exception {
    assumeThat(onPath("jupyter-nbconvert"))
        .as("needs jupyter-nbconvert, python3-nbclient, jupyter-client")
        .isTrue();
    runs = folder.resolve("runs");
    executed = folder.resolve("executed");
    LoggedProcess process =
        LoggedProcess.start(
            folder.resolve("printed"),
            Map.of("RADLLAMA_NO_BUILD", "1", "JAVA_HOME", System.getProperty("java.home")),
            List.of(
                ROOT.resolve("notebooks/run").toString(),
                "--small",
                runs.toString(),
                "--to",
                executed.toString()));
    assertThat(process.await(Duration.ofMinutes(10))).as(process.output()).isZero();
  }

  private static boolean onPath(String command) {
    return List.of(System.getenv("PATH").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"corpus", "training", "evaluation"})
  void saysWhatItsCommittedOutputsSay(String name) throws IOException {
    Outputs committed = Outputs.of(ROOT.resolve("notebooks/" + name + ".ipynb"));
    Outputs now = Outputs.of(executed.resolve(name + ".ipynb"));
    assertThat(now.sources()).isEqualTo(committed.sources());
    assertSame(committed.texts(), now.texts(), committed.tolerance());
    assertThat(committed.images()).hasSameSizeAs(now.images()).isNotEmpty();
    for (byte[] bytes : now.images()) {
      assertIsDrawing(bytes);
    }
    assertThat(committed.alternativeTexts())
        .hasSameSizeAs(now.images())
        .doesNotContain("")
        .isEqualTo(now.alternativeTexts());
    assertQuotesNoReport(Files.readString(ROOT.resolve("notebooks/" + name + ".ipynb")));
    assertQuotesNoReport(Files.readString(executed.resolve(name + ".ipynb")));
  }

  private static void assertSame(List<String> committed, List<String> now, double tolerance) {
    assertThat(now.stream().map(Outputs::masked).toList())
        .as("outputs; if the change is meant: notebooks/run --small DIR --update")
        .isEqualTo(committed.stream().map(Outputs::masked).toList())
        .anyMatch(text -> text.contains("image/png"))
        .noneMatch(text -> text.contains("image/svg"));
    for (int cell = 0; cell < now.size(); cell++) {
      List<Double> expected = Outputs.numbers(committed.get(cell));
      List<Double> numbers = Outputs.numbers(now.get(cell));
      for (int i = 0; i < numbers.size(); i++) {
        double most = tolerance * Math.max(1, Math.abs(expected.get(i)));
        assertThat(numbers.get(i))
            .as("number %d of cell %d", i, cell)
            .isCloseTo(expected.get(i), within(most));
      }
    }
  }

  private static void assertIsDrawing(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(900);
    long colours =
        IntStream.range(0, image.getWidth() * image.getHeight())
            .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
            .distinct()
            .count();
    assertThat(colours).isGreaterThan(3);
  }

  private void assertQuotesNoReport(String notebook) throws IOException {
    InstructionDataset dataset =
        InstructionDataset.open(new Configuration(), runs.resolve("dataset").toString());
    int sentences = 0;
    for (Split split : Split.values()) {
      for (InstructionExample example : dataset.read(split)) {
        for (String sentence : (example.findings() + " " + example.impression()).split("\\. ")) {
          if (sentence.length() > 15) {
            sentences++;
            assertThat(notebook.contains(sentence)).as("quotes " + example.id()).isFalse();
          }
        }
      }
    }
    assertThat(sentences).isGreaterThan(1000);
  }
}
