package org.radllama.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;

class HubFolderTest {
  @TempDir Path folder;

  private void run(String manifest, String... files) throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(folder.resolve("run/manifest.json"), manifest);
    for (String name : List.of(files)) {
      Path file = folder.resolve("run").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
  }

  private String write() throws IOException {
    return HubFolder.of(new Configuration(), hadoop("run")).write(hadoop("hub"));
  }

  private org.apache.hadoop.fs.Path hadoop(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private List<String> made() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("hub"))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> folder.resolve("hub").relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private static String dataset(String source, boolean synthetic, boolean shows) {
    return """
        {"job": "ingest", "run_id": "d", "counts_by_source": {"openi": {}, "%s": {}},
         "configuration": {"card": {"synthetic": %s, "show-text": %s}}}
        """
        .formatted(source, synthetic, shows);
  }

  private static final String[] FILES = {
    "_SUCCESS", "README.md", "card.html", "jsonl/train.jsonl", "parquet/split=train/part.parquet",
    "rejected.jsonl", "duplicates.jsonl", "leakage.jsonl", "identifiers.jsonl", "timings.json"
  };

  @Test
  void aDatasetIsLaidOutWithoutWhatIsNotInIt() throws IOException {
    run(dataset("ward-7", false, false), FILES);
    assertThat(write()).contains("nothing was uploaded", "--repo-type dataset");
    assertThat(made())
        .containsExactly(
            "README.md", "card.html", "jsonl/train.jsonl", "parquet/split=train/part.parquet");
    assertThatThrownBy(this::write)
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("exists already");
  }

  @Test
  void aCardThatQuotesReportsStays() throws IOException {
    run(dataset("ward-7", false, true), FILES);
    write();
    assertThat(made()).doesNotContain("card.html");
  }

  @Test
  void reportsOfMimicStay() throws IOException {
    run(dataset("mimic-iv-note", false, false), FILES);
    assertThatThrownBy(this::write)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("mimic-iv-note, which its data use agreement forbids to share");
    assertThat(folder.resolve("hub")).doesNotExist();
    run(dataset("mimic-cxr", true, false), FILES);
    write();
    assertThat(made()).contains("README.md");
  }

  @Test
  void anAdapterIsItsFolder() throws IOException {
    run(
        "{\"job\": \"train\", \"run_id\": \"t\"}",
        "_SUCCESS",
        "metrics.jsonl",
        "adapter/README.md",
        "adapter/adapter_model.safetensors");
    assertThat(write()).endsWith("hub .");
    assertThat(made()).containsExactly("README.md", "adapter_model.safetensors");
  }

  @Test
  void whatIsNotPublishedOrIsNoneOfThemIsRefused() throws IOException {
    run("{\"job\": \"eval\", \"run_id\": \"e\"}", "metrics.json");
    assertThatThrownBy(this::write).hasMessageStartingWith("no run is published in");
    run("{\"job\": \"eval\", \"run_id\": \"e\"}", "_SUCCESS");
    assertThatThrownBy(this::write)
        .hasMessage("run e has neither a dataset nor an adapter or model to hand on");
  }
}
