package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all jobs stand on knows none of them. */
class GroundTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("radllama.root"), "pipeline-ingest/src/main/java/org/radllama");

  @ParameterizedTest
  @ValueSource(strings = {"run", "page", "dataset", "text", "random", "failure", "parquet"})
  void knowsNoJob(String name) throws IOException {
    try (Stream<Path> walk = Files.walk(SOURCES.resolve(name))) {
      List<Path> files = walk.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(files).isNotEmpty();
      for (Path file : files) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain(
                "org.radllama.ingest",
                "org.radllama.train",
                "org.radllama.eval",
                "metrics.jsonl",
                "training.html",
                "--base-model",
                "cluster.executor");
      }
    }
  }
}
