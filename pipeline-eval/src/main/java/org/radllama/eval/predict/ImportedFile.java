package org.radllama.eval.predict;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.run.JobFailure;
import org.radllama.ingest.run.Json;

/**
 * A system's predictions, made elsewhere: JSONL with {@code id}, {@code prediction} and, when no
 * dataset is given, {@code reference}. Other fields are ignored.
 *
 * @param name the system
 * @param rows by id, in the file's order; the first line of an id counts
 * @param duplicates ids of the further lines, in the file's order
 */
public record ImportedFile(String name, Map<String, Row> rows, List<String> duplicates) {

  /**
   * One line.
   *
   * @param prediction may be empty
   * @param reference null if the line has none
   */
  public record Row(String prediction, String reference) {
    /** Report text is patient data, so only lengths are shown. */
    @Override
    public String toString() {
      return "Row[prediction=%d chars]".formatted(prediction.length());
    }
  }

  /**
   * Reads a file.
   *
   * @throws JobFailure exit 3, naming the line, when a line is not such an object
   */
  public static ImportedFile read(Configuration hadoop, String name, String file)
      throws IOException {
    Path path = new Path(file);
    FileSystem fs = path.getFileSystem(hadoop);
    if (!fs.exists(path)) {
      throw JobFailure.input("--predictions %s: no such file: %s".formatted(name, file));
    }
    Map<String, Row> rows = new LinkedHashMap<>();
    List<String> duplicates = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(fs.open(path), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        JsonNode node = parse(name, number, line);
        String id = text(node, "id", name, number);
        Row row =
            new Row(
                text(node, "prediction", name, number),
                node.hasNonNull("reference") ? text(node, "reference", name, number) : null);
        if (rows.putIfAbsent(id, row) != null) {
          duplicates.add(id);
        }
      }
    }
    return new ImportedFile(name, rows, duplicates);
  }

  private static JsonNode parse(String name, int number, String line) {
    try {
      return Json.mapper().readTree(line);
    } catch (JsonProcessingException e) {
      // The parser's own message quotes the line, which is report text.
      throw bad(name, number, "is not JSON");
    }
  }

  private static String text(JsonNode node, String field, String name, int number) {
    JsonNode value = node.path(field);
    boolean bareId = field.equals("id") && value.isIntegralNumber();
    if (!value.isTextual() && !bareId) {
      throw bad(name, number, "has no text in field \"" + field + "\"");
    }
    return value.asText();
  }

  private static JobFailure bad(String name, int number, String what) {
    return JobFailure.input("--predictions %s: line %d %s".formatted(name, number, what));
  }

  /** How many lines the file had. */
  public int read() {
    return rows.size() + duplicates.size();
  }
}
