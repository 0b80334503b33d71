package org.radllama.train.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.run.Json;

/**
 * {@code training.json}: what a model was trained on, how, and with what loss, so that the files
 * beside it stay whole when they are taken out of their run. It holds no report text and no paths.
 *
 * @param json {@code run_id}, {@code radllama}, {@code inputs}, {@code configuration}, {@code
 *     counts}, {@code training} as in the run's manifest, and {@code dataset}: the ingest run's id,
 *     counts, sources and cleaning rules
 */
public record TrainingFacts(ObjectNode json) {
  private static final String FILE = "training.json";

  /**
   * Of a training run.
   *
   * @param origin the head of its manifest
   * @param outcome what it adds to the manifest: {@code counts}, {@code training}
   * @param dataset the ingest run's manifest
   */
  public static TrainingFacts of(JsonNode origin, JsonNode outcome, JsonNode dataset) {
    ObjectNode json = Json.mapper().createObjectNode();
    copy(origin, List.of("run_id", "inputs", "configuration"), json);
    json.set("radllama", origin.path("versions").path("radllama"));
    copy(outcome, List.of("counts", "training"), json);
    ObjectNode from = json.putObject("dataset");
    copy(dataset, List.of("run_id", "counts", "inputs"), from);
    ArrayNode sources = from.putArray("sources");
    dataset.path("counts_by_source").fieldNames().forEachRemaining(sources::add);
    copy(dataset.path("configuration"), List.of("clean", "section"), from);
    copy(
        dataset.path("configuration").path("reports"),
        List.of("decode", "cut-signatures"),
        from.putObject("reports"));
    return new TrainingFacts(json);
  }

  private static void copy(JsonNode from, List<String> keys, ObjectNode to) {
    for (String key : keys) {
      if (from.has(key)) {
        to.set(key, from.get(key));
      }
    }
  }

  /** Writes the file into an adapter's or a model's directory. */
  public void write(FileSystem fs, Path dir) throws IOException {
    Json.write(fs, new Path(dir, FILE), json);
  }

  /**
   * Reads the file.
   *
   * @return empty when there is none, as beside an adapter from elsewhere
   * @throws BadInputException when it is not a JSON object
   */
  public static Optional<TrainingFacts> read(FileSystem fs, Path dir) throws IOException {
    Path path = new Path(dir, FILE);
    if (InputFiles.isFile(fs, dir) || !fs.exists(path)) {
      return Optional.empty();
    }
    try {
      if (Json.read(fs, path) instanceof ObjectNode json) {
        return Optional.of(new TrainingFacts(json));
      }
    } catch (JsonProcessingException e) {
      throw new BadInputException(path.toUri().getPath() + " is not JSON", e);
    }
    throw new BadInputException(path.toUri().getPath() + " is not a JSON object");
  }
}
