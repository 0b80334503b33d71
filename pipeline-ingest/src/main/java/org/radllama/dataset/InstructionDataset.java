package org.radllama.dataset;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.run.PublishedRuns;

/** A published instruction dataset: the run directory of an ingest job. */
public final class InstructionDataset {
  private final FileSystem fs;
  private final Path root;
  private final JsonNode manifest;

  private InstructionDataset(FileSystem fs, Path root, JsonNode manifest) {
    this.fs = fs;
    this.root = root;
    this.manifest = manifest;
  }

  /**
   * Opens a run directory.
   *
   * @param runDir a Hadoop path
   * @throws BadInputException when it is not a finished run of ingest
   */
  public static InstructionDataset open(Configuration hadoop, String runDir) throws IOException {
    Path run = new Path(runDir);
    FileSystem fs = run.getFileSystem(hadoop);
    Path root =
        PublishedRuns.files(fs, run)
            .orElseThrow(
                () ->
                    new BadInputException(
                        "--dataset: no finished ingest run (no _SUCCESS) in " + runDir));
    JsonNode manifest = Json.read(fs, new Path(root, "manifest.json"));
    if (!"ingest".equals(manifest.path("job").asText())) {
      throw new BadInputException(
          "--dataset: %s is a run of %s, not of ingest"
              .formatted(runDir, manifest.path("job").asText()));
    }
    return new InstructionDataset(fs, root, manifest);
  }

  /** The ingest run's id. */
  public String runId() {
    return manifest.path("run_id").asText();
  }

  /** The ingest run's manifest. */
  public JsonNode manifest() {
    return manifest;
  }

  /** The background sections in its inputs, by name in their order; none in older datasets. */
  public List<String> sections() {
    List<String> sections = new ArrayList<>();
    manifest.at("/configuration/instruct/sections").forEach(name -> sections.add(name.asText()));
    return sections;
  }

  /**
   * A split's examples in the order they were published.
   *
   * @throws BadInputException naming the line, when the file is damaged
   */
  public List<InstructionExample> read(Split split) throws IOException {
    Path file = new Path(root, "jsonl/" + split.label() + ".jsonl");
    List<InstructionExample> examples = new ArrayList<>();
    if (!fs.exists(file)) {
      return examples;
    }
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        examples.add(example(file, examples.size() + 1, line));
      }
    }
    return examples;
  }

  private static InstructionExample example(Path file, int number, String line) {
    try {
      return Json.mapper().readValue(line, InstructionExample.class);
    } catch (IOException e) {
      // The parser's own message quotes the line, which is report text.
      throw new BadInputException(format("%s line %d is not an instruction example", file, number));
    }
  }
}
