package org.radllama.train.peft;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.run.Json;
import org.radllama.train.retrieve.SimilarRule;

/**
 * {@code radllama.json}: what an adapter or a model was trained with and PEFT's files do not say.
 * Evaluation takes its defaults from it and refuses what contradicts it.
 *
 * @param objective {@code impression} or {@code report}
 * @param template the prompt template's name
 * @param templateSha256 digest of the chat template, empty for the project's own
 * @param maxLength longest example in tokens
 * @param truncation how longer ones were shortened, by name
 * @param sections the background sections in its inputs, in their order; none where the file does
 *     not say
 * @param similar the similar train reports in its prompts; none where the file does not say
 * @param baseModel what the base calls itself, empty if nothing
 * @param baseSha256 digest of the base's configuration and weights, empty if there was none
 * @param tokenizerSha256 digest of {@code tokenizer.json} or {@code tokenizer.model}
 * @param datasetRunId the ingest run
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonPropertyOrder(alphabetic = true)
public record AdapterInfo(
    String objective,
    String template,
    String templateSha256,
    int maxLength,
    String truncation,
    List<String> sections,
    SimilarRule similar,
    String baseModel,
    String baseSha256,
    String tokenizerSha256,
    String datasetRunId) {
  private static final String FILE = "radllama.json";

  /** Writes the file into an adapter's or a model's directory. */
  public void write(FileSystem fs, Path dir) throws IOException {
    ObjectNode json = Json.mapper().valueToTree(this);
    json.set("similar", similar.toJson());
    Json.write(fs, new Path(dir, FILE), json);
  }

  /**
   * Reads the file.
   *
   * @return empty when there is none, as beside an adapter from elsewhere, and for a file
   * @throws BadInputException naming the key that is missing or of another type
   */
  public static Optional<AdapterInfo> read(FileSystem fs, Path dir) throws IOException {
    Path path = new Path(dir, FILE);
    if (InputFiles.isFile(fs, dir) || !fs.exists(path)) {
      return Optional.empty();
    }
    return Optional.of(parse(AdapterConfig.read(fs, path), path.toUri().getPath()));
  }

  private static AdapterInfo parse(JsonNode node, String file) {
    if (!node.path("max_length").isInt()) {
      throw new BadInputException("%s: max_length is missing or not an integer", file);
    }
    return new AdapterInfo(
        text(node, "objective", file),
        text(node, "template", file),
        node.path("template_sha256").asText(),
        node.path("max_length").asInt(),
        text(node, "truncation", file),
        texts(node, "sections", file),
        similar(node, file),
        text(node, "base_model", file),
        text(node, "base_sha256", file),
        text(node, "tokenizer_sha256", file),
        text(node, "dataset_run_id", file));
  }

  private static SimilarRule similar(JsonNode node, String file) {
    try {
      return SimilarRule.of(node.path("similar"));
    } catch (IllegalArgumentException e) {
      throw new BadInputException(file + ": similar: " + e.getMessage(), e);
    }
  }

  private static List<String> texts(JsonNode node, String key, String file) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node.path(key)) {
      if (!text.isTextual()) {
        throw new BadInputException("%s: %s is not a list of texts", file, key);
      }
      texts.add(text.asText());
    }
    return texts;
  }

  private static String text(JsonNode node, String key, String file) {
    if (!node.path(key).isTextual()) {
      throw new BadInputException("%s: %s is missing or not a text", file, key);
    }
    return node.path(key).asText();
  }
}
