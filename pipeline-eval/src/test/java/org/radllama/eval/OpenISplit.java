package org.radllama.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;

/** The real OpenI reports in the published split, in its order; tests without the data skip. */
public record OpenISplit(List<InstructionExample> train, List<InstructionExample> test) {

  public static OpenISplit load() throws IOException {
    Path dir = Path.of(System.getProperty("radllama.openi", "absent"));
    Path csv = dir.resolve("openi_report_sections_all.csv");
    Path split = dir.resolve("openi_random_split.json");
    Assumptions.assumeTrue(
        Files.exists(csv) && Files.exists(split),
        "skipped: no OpenI reports under the system property radllama.openi");
    Map<String, List<String>> byId = new HashMap<>();
    rows(Files.readString(csv, StandardCharsets.UTF_8)).forEach(row -> byId.put(row.get(0), row));
    JsonNode ids = new ObjectMapper().readTree(Files.readString(split));
    return new OpenISplit(examples(ids.get("train"), byId), examples(ids.get("test"), byId));
  }

  private static List<InstructionExample> examples(JsonNode ids, Map<String, List<String>> byId) {
    List<InstructionExample> examples = new ArrayList<>();
    for (JsonNode id : ids) {
      List<String> row = byId.get(id.asText());
      examples.add(example("openi/CXR" + id.asText(), row.get(1), row.get(2), "unknown"));
    }
    return examples;
  }

  /** A report's findings and impression with the MeSH terms its indexers gave it. */
  public record Coded(String text, List<String> terms) {
    @Override
    public String toString() {
      return "Coded" + terms;
    }
  }

  /** The reports with terms, as Kaggle's file has them. */
  public static List<Coded> coded() throws IOException {
    Path csv = Path.of(System.getProperty("radllama.openi", "absent"), "indiana_reports.csv");
    Assumptions.assumeTrue(
        Files.exists(csv), "skipped: no OpenI reports under the system property radllama.openi");
    List<List<String>> rows = rows(Files.readString(csv, StandardCharsets.UTF_8));
    return rows.subList(1, rows.size()).stream()
        .filter(row -> !row.get(6).isEmpty() && !row.get(7).isEmpty())
        .map(row -> new Coded(row.get(6) + "\n\n" + row.get(7), List.of(row.get(2).split(";"))))
        .toList();
  }

  public static InstructionExample example(
      String id, String findings, String impression, String label) {
    return new InstructionExample(
        id,
        id.substring(0, id.indexOf('/')),
        id,
        PromptTemplate.INSTRUCTION,
        PromptTemplate.input(findings),
        impression,
        findings,
        impression,
        label);
  }

  private static List<List<String>> rows(String csv) {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
          field.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && (c == ',' || c == '\n')) {
        row.add(field.toString());
        field.setLength(0);
        if (c == '\n') {
          rows.add(row);
          row = new ArrayList<>();
        }
      } else if (quoted || c != '\r') {
        field.append(c);
      }
    }
    return rows;
  }
}
