package org.radllama.eval.study;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.radllama.eval.study.ReaderRatings.Judgement;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.record.Outcome;
import org.radllama.run.Json;

/**
 * A file that a form exported, JSON or CSV, the latter also as spreadsheets save it (semicolons, a
 * byte order mark). Every id, rating and name is checked against the key; the first that is wrong
 * fails the file by exit 3. Messages name items and columns and quote no comment.
 *
 * @param file how it was named
 * @param reader who filled it in
 * @param answers what is in it
 */
record ReturnedFile(String file, String reader, ReaderRatings answers) {
  private static final String FORMAT = "radllama-study-answers";
  private static final int MOST_BYTES = 1 << 24;
  private static final List<String> COLUMNS =
      Stream.of(
              Stream.of("study", "reader", "report", "item"),
              Arrays.stream(Dimension.values()).map(Dimension::label),
              Stream.of("best", "comment"))
          .flatMap(part -> part)
          .toList();

  /**
   * Reads one.
   *
   * @throws BadInputException when it does not belong to the study or says what cannot be
   */
  static ReturnedFile read(String file, byte[] content, StudyKey key) throws IOException {
    int start = content.length > 2 && content[0] == (byte) 0xef ? 3 : 0;
    String text = new String(content, start, content.length - start, StandardCharsets.UTF_8);
    return text.stripLeading().startsWith("{")
        ? json(new Checks(file, key), text)
        : csv(new Checks(file, key), content, text);
  }

  private static ReturnedFile json(Checks checks, String text) {
    JsonNode node;
    try {
      node =
          Json.mapper()
              .reader()
              .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
              .readTree(text);
    } catch (JsonProcessingException e) {
      // The parser's own message would quote the file.
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw checks.bad("is not JSON, or has repeated names, line " + line);
    }
    if (!FORMAT.equals(node.path("format").asText()) || node.path("version").asInt() != 1) {
      throw checks.bad("is not the export of a form (format %s, version 1)".formatted(FORMAT));
    }
    StudyKey.Reader reader =
        checks.reader(node.path("study").asText(), node.path("reader").asText());
    Map<String, Judgement> items = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : node.path("items").properties()) {
      items.put(checks.item(reader, e.getKey()), judgement(checks, e.getKey(), e.getValue()));
    }
    Map<String, Set<String>> best = new HashMap<>();
    for (Map.Entry<String, JsonNode> e : node.path("preferences").properties()) {
      for (JsonNode id : e.getValue()) {
        best.computeIfAbsent(e.getKey(), report -> new TreeSet<>())
            .add(checks.itemOf(reader, e.getKey(), id.asText()));
      }
    }
    return new ReturnedFile(checks.file, reader.name(), new ReaderRatings(items, best));
  }

  private static Judgement judgement(Checks checks, String item, JsonNode node) {
    Map<String, JsonNode> fields = new HashMap<>();
    node.fields().forEachRemaining(e -> fields.put(e.getKey(), e.getValue()));
    List<Integer> ratings = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      JsonNode value = fields.remove(dimension.label());
      if (value == null || value.isNull()) {
        ratings.add(0);
      } else if (value.isInt() && value.intValue() >= 1 && value.intValue() <= 5) {
        ratings.add(value.intValue());
      } else {
        throw checks.notRating(item, dimension);
      }
    }
    JsonNode comment = fields.remove("comment");
    if (!fields.isEmpty()) {
      throw checks.bad(format("item %s has %d fields that forms do not have", item, fields.size()));
    }
    return new Judgement(ratings, comment == null ? "" : comment.asText());
  }

  private static ReturnedFile csv(Checks checks, byte[] content, String text) throws IOException {
    String header = text.lines().findFirst().orElse("");
    char delimiter = header.indexOf(';') >= 0 && header.indexOf(',') < 0 ? ';' : ',';
    try (CsvReader csv = new CsvReader(new ByteArrayInputStream(content), MOST_BYTES, delimiter)) {
      List<String> columns = columns(checks, csv.next());
      Map<String, Judgement> items = new HashMap<>();
      Map<String, Set<String>> ticked = new HashMap<>();
      Map<String, Set<String>> blank = new HashMap<>();
      StudyKey.Reader reader = null;
      int number = 1;
      for (Outcome<List<String>> row = csv.next(); row != null; row = csv.next()) {
        number++;
        if (!row.isKept() || row.value().size() != columns.size()) {
          throw checks.bad(
              format("row %d does not have the %d cells of the header", number, columns.size()));
        }
        Cells cells = new Cells(columns, row.value());
        StudyKey.Reader of = checks.reader(cells.of("study"), cells.of("reader"));
        if (reader != null && !reader.equals(of)) {
          throw checks.bad(format("row %d is of another reader than the earlier rows", number));
        }
        reader = of;
        String item = checks.itemOf(reader, cells.of("report"), cells.of("item"));
        if (items.put(item, judgement(checks, item, cells)) != null) {
          throw checks.bad("item %s occurs twice".formatted(item));
        }
        switch (cells.of("best")) {
          case "" -> blank.computeIfAbsent(cells.of("report"), r -> new TreeSet<>()).add(item);
          case "0" -> {}
          case "1" -> ticked.computeIfAbsent(cells.of("report"), r -> new TreeSet<>()).add(item);
          default -> throw checks.bad("item %s: best must be 0, 1 or empty".formatted(item));
        }
      }
      if (reader == null) {
        throw checks.bad("has no rows");
      }
      if (ticked.keySet().stream().anyMatch(blank::containsKey)) {
        throw checks.bad("best is both given and empty for items of one report");
      }
      return new ReturnedFile(checks.file, reader.name(), new ReaderRatings(items, ticked));
    }
  }

  private static List<String> columns(Checks checks, Outcome<List<String>> header) {
    List<String> columns = header == null || !header.isKept() ? List.of() : header.value();
    if (!columns.stream().sorted().toList().equals(COLUMNS.stream().sorted().toList())) {
      throw checks.bad(
          "is neither JSON nor a CSV file with the columns " + String.join(",", COLUMNS));
    }
    return columns;
  }

  private static Judgement judgement(Checks checks, String item, Cells cells) {
    List<Integer> ratings = new ArrayList<>();
    for (Dimension dimension : Dimension.values()) {
      String value = cells.of(dimension.label());
      if (!value.matches("[1-5]?")) {
        throw checks.notRating(item, dimension);
      }
      ratings.add(value.isEmpty() ? 0 : Integer.parseInt(value));
    }
    // Line ends are the form's own again, whatever wrote the file last.
    return new Judgement(ratings, cells.of("comment").replace("\r\n", "\n"));
  }

  private record Cells(List<String> columns, List<String> values) {
    String of(String column) {
      String value = values.get(columns.indexOf(column));
      return column.equals("comment") ? value : value.strip();
    }

    @Override
    public String toString() {
      return "Cells";
    }
  }

  /** What the key allows. */
  private static final class Checks {
    private final String file;
    private final StudyKey key;
    private final String digest;
    private final Map<String, Map<String, String>> blockOf = new HashMap<>();

    Checks(String file, StudyKey key) {
      this.file = file;
      this.key = key;
      this.digest = key.digest();
      for (StudyKey.Reader reader : key.readers()) {
        Map<String, String> ofReader = new HashMap<>();
        reader.blocks().forEach(b -> b.items().forEach(item -> ofReader.put(item.id(), b.id())));
        blockOf.put(reader.name(), ofReader);
      }
    }

    StudyKey.Reader reader(String study, String name) {
      if (!study.equals(digest)) {
        throw bad("belongs to another study than the key");
      }
      return key.readers().stream()
          .filter(r -> r.name().equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  bad(
                      "is of a reader that the key does not have; it has %s"
                          .formatted(key.readers().stream().map(StudyKey.Reader::name).toList())));
    }

    String item(StudyKey.Reader reader, String id) {
      if (!blockOf.get(reader.name()).containsKey(id)) {
        throw bad(
            "has an item that is not on the form of %s%s".formatted(reader.name(), shown(id)));
      }
      return id;
    }

    String itemOf(StudyKey.Reader reader, String block, String id) {
      if (!blockOf.get(reader.name()).getOrDefault(id, "").equals(block)) {
        throw bad(
            "has an item or report that is not on the form of %s%s"
                .formatted(reader.name(), shown(id)));
      }
      return id;
    }

    /** An id as forms have them; anything else could be text. */
    private static String shown(String id) {
      return id.matches("x[0-9a-f]{16}") ? ": " + id : "";
    }

    BadInputException notRating(String item, Dimension dimension) {
      return bad(
          "item %s: %s must be a whole number from 1 to 5, or missing"
              .formatted(item, dimension.label()));
    }

    BadInputException bad(String what) {
      return new BadInputException("--returned %s %s".formatted(file, what));
    }
  }

  /**
   * One set of answers a reader. Files of one reader that say the same, such as the JSON and the
   * CSV of one form, are one.
   *
   * @throws BadInputException, naming the files, when they differ
   */
  static Map<String, ReturnedFile> byReader(List<ReturnedFile> files) {
    Map<String, ReturnedFile> byReader = new HashMap<>();
    Set<String> problems = new LinkedHashSet<>();
    for (ReturnedFile file : files) {
      ReturnedFile before = byReader.putIfAbsent(file.reader, file);
      if (before != null) {
        Set<String> conflicts = before.answers.conflicts(file.answers);
        if (!conflicts.isEmpty()) {
          problems.add(
              format(
                  "%s and %s, both of %s, differ in %d items and reports: %s",
                  before.file,
                  file.file,
                  file.reader,
                  conflicts.size(),
                  conflicts.stream().limit(5).toList()));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInputException(
          "--returned: %s; give one file for each reader".formatted(String.join("; ", problems)));
    }
    return byReader;
  }
}
