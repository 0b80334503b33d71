package org.radllama.eval.join;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.record.Outcome;

/**
 * Scores that others computed, a line a report: JSONL with {@code id} and numbers, or CSV with a
 * header that names a column {@code id}. The first line names the scores; a later line may lack
 * some, and has no others. JSON fields that are no numbers are ignored.
 */
final class ScoreLines implements LineFormat {
  private final List<String> metrics;

  /** Column of each metric, and of the id first; null for JSONL. */
  private final int[] columns;

  private ScoreLines(List<String> metrics, int[] columns) {
    this.metrics = List.copyOf(metrics);
    this.columns = columns;
  }

  /**
   * The format that a file's first line shows.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static ScoreLines of(String firstLine) {
    return firstLine.stripLeading().startsWith("{") ? jsonl(firstLine) : csv(firstLine);
  }

  /** Names of the scores. */
  List<String> metrics() {
    return metrics;
  }

  private static ScoreLines jsonl(String line) {
    JsonNode node = LineFormat.json(line);
    if (node == null) {
      throw new IllegalArgumentException("line 1 is not JSON");
    }
    List<String> metrics = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!field.getKey().equals("id") && field.getValue().isNumber()) {
        metrics.add(field.getKey());
      }
    }
    return new ScoreLines(named(metrics), null);
  }

  private static ScoreLines csv(String line) {
    List<String> header = cells(line.startsWith("\uFEFF") ? line.substring(1) : line);
    if (!header.contains("id")) {
      throw new IllegalArgumentException(
          "line 1 is neither a JSON object nor a CSV header with a column id");
    }
    List<String> metrics = new ArrayList<>(header);
    metrics.remove("id");
    int[] columns =
        Stream.concat(Stream.of("id"), metrics.stream()).mapToInt(header::indexOf).toArray();
    return new ScoreLines(named(metrics), columns);
  }

  private static List<String> named(List<String> metrics) {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("line 1 names no score");
    }
    for (String metric : metrics) {
      if (!metric.matches("[A-Za-z][A-Za-z0-9_.-]*")) {
        throw new IllegalArgumentException(
            format(
                "a score's name must be letters, digits and _ . -, not column %d",
                metrics.indexOf(metric) + 1));
      }
    }
    if (metrics.stream().distinct().count() < metrics.size()) {
      throw new IllegalArgumentException("line 1 names a score twice");
    }
    return metrics;
  }

  @Override
  public Parsed parse(String line, boolean first) {
    if (line.isBlank() || (first && columns != null)) {
      return new Parsed.Nothing();
    }
    return columns == null ? parseJson(line) : parseCsv(line);
  }

  private Parsed parseJson(String line) {
    JsonNode node = LineFormat.json(line);
    String id = node == null ? null : LineFormat.id(node);
    if (id == null) {
      return new Parsed.Bad(node == null ? "is not JSON" : "has no text in field \"id\"");
    }
    double[] values = new double[metrics.size()];
    Arrays.fill(values, Double.NaN);
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      int metric = metrics.indexOf(field.getKey());
      if (metric >= 0 && field.getValue().isNumber()) {
        values[metric] = field.getValue().doubleValue();
      } else if (metric < 0 && !field.getKey().equals("id") && field.getValue().isNumber()) {
        return new Parsed.Bad("has a score that line 1 does not name");
      }
    }
    return new Parsed.Row(id, new JoinRow.Values(values));
  }

  private Parsed parseCsv(String line) {
    List<String> cells = cells(line);
    if (cells.size() != columns.length) {
      return new Parsed.Bad("has a different number of cells than the header");
    }
    double[] values = new double[metrics.size()];
    for (int i = 0; i < values.length; i++) {
      String cell = cells.get(columns[i + 1]).strip();
      try {
        values[i] = cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
      } catch (NumberFormatException e) {
        return new Parsed.Bad("has no number in column " + metrics.get(i));
      }
      if (Double.isInfinite(values[i])) {
        return new Parsed.Bad("has no finite number in column " + metrics.get(i));
      }
    }
    return new Parsed.Row(cells.get(columns[0]), new JoinRow.Values(values));
  }

  /** The cells of a line; empty if it is no row. */
  private static List<String> cells(String line) {
    Outcome<List<String>> row = CsvReader.line(line);
    return row == null || !row.isKept() ? List.of() : row.value();
  }
}
