package org.radllama.eval.join;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.run.Json;

/** Reads the lines of a file one by one, in any order. */
interface LineFormat extends Serializable {

  /** What a line holds. */
  sealed interface Parsed {
    /** A row of the report {@code id}. */
    record Row(String id, JoinRow row) implements Parsed {
      @Override
      public String toString() {
        return "Row[" + id + "]";
      }
    }

    /** Nothing, such as a header. */
    record Nothing() implements Parsed {}

    /** Something else; {@code reason} quotes none of it. */
    record Bad(String reason) implements Parsed {}
  }

  /**
   * Reads a line.
   *
   * @param first whether it is the file's first
   */
  Parsed parse(String line, boolean first);

  /**
   * JSONL of {@code id}, {@code prediction} and perhaps {@code reference}, one or several, and
   * {@code dataset} with {@code split}.
   */
  final class Predictions implements LineFormat {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    @Override
    public Parsed parse(String line, boolean first) {
      if (line.isBlank()) {
        return new Parsed.Nothing();
      }
      JsonNode node = json(line);
      String id = node == null ? null : id(node);
      if (node == null) {
        return new Parsed.Bad("is not JSON");
      }
      if (id == null) {
        return noText("id");
      }
      if (!node.path("prediction").isTextual()) {
        return noText("prediction");
      }
      List<String> references = new ArrayList<>();
      JsonNode reference = node.path("reference");
      for (JsonNode one : reference.isArray() ? reference : List.of(reference)) {
        if (one.isTextual()) {
          references.add(one.textValue());
        } else if (!one.isMissingNode() && !one.isNull()) {
          return noText("reference");
        }
      }
      String prediction = node.get("prediction").textValue();
      return new Parsed.Row(id, new JoinRow.Answer(prediction, references, corpus(node)));
    }

    /** What the line says of where the report is from; null where it names nothing. */
    private static Corpus corpus(JsonNode node) {
      String split = name(node.path("split"));
      String dataset = name(node.path("dataset"));
      return dataset == null
          ? null
          : new Corpus(dataset, split == null ? EvaluationSet.NO_SPLIT : split);
    }

    private static String name(JsonNode node) {
      return node.isTextual() && NAME.matcher(node.textValue()).matches() ? node.textValue() : null;
    }

    private static Parsed noText(String field) {
      return new Parsed.Bad("has no text in field \"" + field + "\"");
    }
  }

  /** The tree of a line, or null. The parser's own message would quote it. */
  static JsonNode json(String line) {
    try {
      JsonNode node = Json.mapper().readTree(line);
      return node.isObject() ? node : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  /** The id, a text or a whole number, or null. */
  static String id(JsonNode node) {
    JsonNode id = node.path("id");
    return id.isTextual() || id.isIntegralNumber() ? id.asText() : null;
  }
}
