package org.radllama.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/configuration.md} says what {@code conf/} says. {@code -Dradllama.write-docs=true}
 * writes it anew.
 */
class ConfigurationReferenceTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  @Test
  void everyKeyOfEveryReferenceFile() throws IOException {
    Path page = ROOT.resolve("docs/configuration.md");
    String expected = ConfigurationReference.of(referenceFiles());
    if (Boolean.getBoolean("radllama.write-docs")) {
      Files.writeString(page, expected);
    }
    assertThat(page)
        .as("docs/configuration.md is not what conf/ says: -Dradllama.write-docs=true writes it")
        .hasContent(expected);
  }

  @Test
  void everyKeyHasAComment() throws IOException {
    assertThat(ConfigurationReference.of(referenceFiles()).lines())
        .filteredOn(line -> line.startsWith("| `"))
        .noneMatch(line -> line.endsWith("|  |"));
  }

  /** One per job; presets lay over these and are no reference. */
  private static List<Path> referenceFiles() throws IOException {
    List<String> order =
        List.of(
            "ingest",
            "tokenizer",
            "train",
            "export",
            "eval",
            "generate",
            "study",
            "publish",
            "report",
            "gate");
    try (Stream<Path> files = Files.list(ROOT.resolve("conf"))) {
      List<Path> all = files.toList();
      return order.stream()
          .map(job -> ROOT.resolve("conf/" + job + ".conf"))
          .filter(all::contains)
          .toList();
    }
  }
}
