package org.radllama.ingest.read;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Split;
import org.radllama.ingest.format.NamedColumns;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.run.SettingReader;
import org.radllama.text.Whitespace;

/**
 * Where a table of {@link SourceKind#REPORTS} has what; empty names mean that there is none.
 *
 * @param id the report's id
 * @param patient its patient; without it every report is a patient of its own
 * @param findings the findings section
 * @param impression the impression section
 * @param background the columns of background sections
 * @param text a column of whole reports in place of the two sections
 * @param label what the corpus says of normal and abnormal
 * @param split the report's split
 * @param delimiter between the cells of a CSV file
 */
public record ColumnMapping(
    String id,
    String patient,
    String findings,
    String impression,
    Background background,
    Text text,
    Labels label,
    String split,
    char delimiter)
    implements RowMapping, Serializable {

  /** The setting {@code delimiter} of those below {@code reports}; a comma where it is wrong. */
  public static char delimiter(SettingReader reports) {
    String delimiter = reports.text("delimiter");
    reports.require(
        delimiter.length() == 1 && !"\"\n\r".contains(delimiter) && delimiter.charAt(0) <= '~',
        "reports.delimiter must be one ASCII character, no quote and no line end");
    return delimiter.isEmpty() ? ',' : delimiter.charAt(0);
  }

  /**
   * A column of whole reports.
   *
   * @param column its name, empty for none
   * @param mimicCxr whether they have MIMIC-CXR's form, which its own parser takes apart
   * @param indentLines whether lines that begin with no white space get a blank in front, as that
   *     parser expects of a header
   */
  public record Text(String column, boolean mimicCxr, boolean indentLines)
      implements Serializable {}

  /**
   * A column of labels.
   *
   * @param column its name, empty for none
   * @param normal values that mean normal, lower case; any other term means abnormal
   * @param unknown values that say nothing, lower case
   */
  public record Labels(String column, Set<String> normal, Set<String> unknown)
      implements Serializable {}

  /** The columns by the setting that names them, those without a name left out. */
  Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    columns.put("id", id);
    columns.put("patient", patient);
    if (text.column().isEmpty()) {
      columns.put("findings", findings);
      columns.put("impression", impression);
      for (BackgroundSection section : BackgroundSection.values()) {
        columns.put(section.label(), background.text(section));
      }
    } else {
      columns.put("text", text.column());
    }
    columns.put("label", label.column());
    columns.put("split", split);
    columns.values().removeIf(String::isEmpty);
    return columns;
  }

  /** Checks that a table has them all. */
  ColumnMapping checked(NamedColumns table) throws RecordTable.MissingColumns {
    List<String> missing = new ArrayList<>();
    columns()
        .forEach(
            (setting, column) -> {
              if (!table.hasColumn(column)) {
                missing.add("%s (reports.%s)".formatted(column, setting));
              }
            });
    if (!missing.isEmpty() && (!table.isSparse() || isUseless(table))) {
      throw new RecordTable.MissingColumns(
          "has no column of text, numbers or dates named %s%s"
              .formatted(String.join(", ", missing), table.seen()));
    }
    return this;
  }

  /** Whether no record could become a report. */
  private boolean isUseless(NamedColumns table) {
    boolean texts =
        text.column().isEmpty()
            ? table.hasColumn(findings) || table.hasColumn(impression)
            : table.hasColumn(text.column());
    return !table.hasColumn(id) || !texts;
  }

  @Override
  public Outcome<Document> document(Cells row, ReportPlace place) {
    return RowMapping.id(row, id, place).then(full -> document(row, place, full));
  }

  private Outcome<Document> document(Cells row, ReportPlace place, String full) {
    String person = patient.isEmpty() ? ReportIds.bare(full) : row.cell(patient);
    if (person.isEmpty()) {
      return rejected(full, place, Reason.MISSING_PATIENT, "column " + patient);
    }
    if (!ReportIds.isValid(person)) {
      return rejected(full, place, Reason.MALFORMED_ID, "column " + patient);
    }
    Split given = split.isEmpty() ? null : splitOf(row.cell(split));
    if (given == null && !split.isEmpty()) {
      return rejected(full, place, Reason.MISSING_SPLIT, "column " + split);
    }
    return Outcome.kept(
        new Document(
            full,
            place.source(),
            person,
            place.origin(),
            labelOf(row),
            given,
            Edits.NONE,
            body(row)));
  }

  private static Outcome<Document> rejected(
      String id, ReportPlace place, Reason reason, String detail) {
    return new Rejection(id, place.source(), place.origin(), reason, detail).outcome();
  }

  private static Split splitOf(String word) {
    try {
      return Split.of(word);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private Document.Body body(Cells row) {
    if (text.column().isEmpty()) {
      return new Document.SectionTexts(
          row.cell(findings),
          row.cell(impression),
          background.map(column -> column.isEmpty() ? "" : row.cell(column)));
    }
    String whole = Utf8Text.universalNewlines(row.text(text.column()));
    return text.mimicCxr()
        ? new Document.FullText(text.indentLines() ? indented(whole) : whole)
        : new Document.FreeText(whole);
  }

  /** With a line in front, since a header in the first is none to the parser. */
  private static String indented(String text) {
    StringBuilder lines = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      boolean flush = line.isEmpty() || !Whitespace.is(line.charAt(0));
      lines.append('\n').append(flush ? " " : "").append(line);
    }
    return lines.toString();
  }

  private Label labelOf(Cells row) {
    if (label.column().isEmpty()) {
      return Label.UNKNOWN;
    }
    Set<String> terms =
        List.of(row.cell(label.column()).split(";")).stream()
            .map(term -> Whitespace.strip(term).toLowerCase(Locale.ROOT))
            .filter(term -> !term.isEmpty() && !label.unknown().contains(term))
            .collect(Collectors.toSet());
    if (terms.isEmpty()) {
      return Label.UNKNOWN;
    }
    return label.normal().containsAll(terms) ? Label.NORMAL : Label.ABNORMAL;
  }
}
