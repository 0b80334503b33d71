package org.radllama.ingest.read;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.clean.TextCleaning;
import org.radllama.ingest.format.CsvTable;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.TextEncoding;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Report;

/**
 * Background sections of reports that another file holds: CSV, gzipped or not, with a column of ids
 * ({@code id}, {@code ids}, {@code uid} or {@code study_id}) and columns named like the sections.
 */
public final class BackgroundTable implements Serializable {
  private static final List<String> IDS = List.of("id", "ids", "uid", "study_id");

  private final HashMap<String, Background> byId = new HashMap<>();

  private final IdHash ids;

  private BackgroundTable(IdHash ids) {
    this.ids = ids;
  }

  /**
   * Reads a file.
   *
   * @param source the corpus whose ids it holds
   * @param name the file's name, for messages
   * @param in its bytes; closed here
   * @param maxRow the longest row in bytes
   * @param maxArchive the most bytes that a gzipped file may unpack to
   * @param ids what the source's reports have in place of their ids
   * @throws BadInputException when it lacks the columns, has a row that cannot be read or is
   *     without an id, or names a report twice
   */
  public static BackgroundTable read(
      String source, String name, InputStream in, int maxRow, long maxArchive, IdHash ids) {
    BackgroundTable background = new BackgroundTable(ids);
    try (RecordTable table =
        new CsvTable(TextEncoding.AUTO.utf8(Packed.unpacked(in, maxArchive)), maxRow, ',')) {
      String id = idColumn(table);
      int number = 1;
      for (Outcome<RecordTable.Cells> row = table.next(); row != null; row = table.next()) {
        number++;
        background.add(source, id, row, format("--background: %s: row %d", name, number));
      }
      return background;
    } catch (RecordTable.MissingColumns e) {
      throw new BadInputException("--background: %s %s", name, e.getMessage());
    } catch (IOException e) {
      throw new BadInputException(
          "--background: cannot read %s (%s)".formatted(name, Packed.why(e)), e);
    }
  }

  private static String idColumn(RecordTable table) throws RecordTable.MissingColumns {
    Optional<String> id = IDS.stream().filter(table::hasColumn).findFirst();
    List<String> sections =
        Arrays.stream(BackgroundSection.values()).map(BackgroundSection::label).toList();
    if (id.isEmpty() || sections.stream().noneMatch(table::hasColumn)) {
      throw new RecordTable.MissingColumns(
          "lacks the required columns: one of %s, and at least one of %s"
                  .formatted(String.join(", ", IDS), String.join(", ", sections))
              + table.seen());
    }
    return id.get();
  }

  private void add(String source, String column, Outcome<RecordTable.Cells> row, String where) {
    if (!row.isKept()) {
      throw new BadInputException("%s cannot be read: %s", where, row.rejection().detail());
    }
    RecordTable.Cells cells = row.value();
    String raw = cells.cell(column);
    if (!ReportIds.isValid(raw)) {
      throw new BadInputException("%s has no id in its column %s", where, column);
    }
    String id = ids.full(ReportIds.of(source, raw));
    Background found = Background.of(section -> cells.cell(section.label()));
    if (byId.put(id, found) != null) {
      throw new BadInputException("%s names %s a second time", where, id);
    }
  }

  /** The report with those of its sections that it has not itself, decoded as its own are. */
  public Report complete(Report report, TextCleaning texts) {
    Background found =
        texts.decoded(report.source(), byId.getOrDefault(report.id(), Background.NONE));
    return report.edited(Edit.BACKGROUND_ADDED, report.background().orElse(found));
  }

  /** How many reports it names. */
  public int size() {
    return byId.size();
  }

  /** Whether it names a report. */
  public boolean has(String id) {
    return byId.containsKey(id);
  }
}
