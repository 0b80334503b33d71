package org.radllama.deploy.notebooks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.run.Json;

/** The outputs of a notebook's cells. */
final class Outputs {
  private static final Pattern NUMBER =
      Pattern.compile("(?<![A-Za-z0-9_])-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?");

  /** What differs from machine to machine. */
  private static final Pattern TIME = Pattern.compile("(?m)^time: .*\\R?");

  private final JsonNode notebook;

  private Outputs(JsonNode notebook) {
    this.notebook = notebook;
  }

  static Outputs of(Path file) throws IOException {
    return new Outputs(Json.mapper().readTree(file.toFile()));
  }

  /** By how much a number may differ, of its size or of one. Trained numbers depend on the CPU. */
  double tolerance() {
    return notebook.at("/metadata/radllama/tolerance").asDouble();
  }

  /** Source of each cell, to see that two notebooks are one. */
  List<String> sources() {
    List<String> sources = new ArrayList<>();
    notebook.get("cells").forEach(cell -> sources.add(joined(cell.get("source"))));
    return sources;
  }

  /** Texts by cell: streams, HTML and plain texts; {@code image} for an image. */
  List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      StringBuilder text = new StringBuilder();
      for (JsonNode output : cell.path("outputs")) {
        text.append(joined(output.path("text")));
        output
            .path("data")
            .fields()
            .forEachRemaining(
                e ->
                    text.append(
                        e.getKey().startsWith("image/") ? e.getKey() : joined(e.getValue())));
      }
      texts.add(TIME.matcher(text).replaceAll(""));
    }
    return texts;
  }

  /** The bytes of every image, which must be PNG: GitHub spoils others. */
  List<byte[]> images() {
    List<byte[]> images = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      for (JsonNode output : cell.path("outputs")) {
        if (output.path("data").has("image/png")) {
          images.add(Base64.getMimeDecoder().decode(joined(output.at("/data/image~1png"))));
        }
      }
    }
    return images;
  }

  /** What stands for every image where it cannot be seen. */
  List<String> alternativeTexts() {
    List<String> texts = new ArrayList<>();
    for (JsonNode cell : notebook.get("cells")) {
      for (JsonNode output : cell.path("outputs")) {
        if (output.path("data").has("image/png")) {
          texts.add(output.at("/metadata/image~1png/alt").asText());
        }
      }
    }
    return texts;
  }

  /** A text with a mark for each number. */
  static String masked(String text) {
    return NUMBER.matcher(text).replaceAll("#");
  }

  /** The numbers of a text. */
  static List<Double> numbers(String text) {
    Matcher matcher = NUMBER.matcher(text);
    return matcher.results().map(MatchResult::group).map(Double::valueOf).toList();
  }

  private static String joined(JsonNode text) {
    if (text.isTextual()) {
      return text.asText();
    }
    StringBuilder joined = new StringBuilder();
    text.forEach(line -> joined.append(line.asText()));
    return joined.toString();
  }
}
