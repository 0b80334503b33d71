package org.radllama.eval.request;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.format.TableFormat;
import org.radllama.ingest.format.TextEncoding;
import org.radllama.ingest.read.ColumnMapping;
import org.radllama.ingest.read.ReadSettings;
import org.radllama.ingest.read.ReportIds;
import org.radllama.ingest.read.SourceFile;
import org.radllama.ingest.read.SourceKind;
import org.radllama.ingest.read.SourceListing;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.run.InputFiles;
import org.radllama.run.SettingReader;

/**
 * Tables of findings, JSONL, CSV or Parquet, as ingest reads {@code --reports}.
 *
 * @param id the column of ids
 * @param findings the column of findings
 * @param background the columns of background sections, empty where there is none
 * @param delimiter between the cells of a CSV file
 * @param maxReportBytes the longest row
 * @param maxArchiveBytes the most that a gzipped file may unpack to
 */
public record RequestTable(
    String id,
    String findings,
    Background background,
    char delimiter,
    int maxReportBytes,
    long maxArchiveBytes) {

  /** The settings below {@code reports} and {@code read}. */
  public static RequestTable of(SettingReader r) {
    for (String key : List.of("reports.id", "reports.findings")) {
      r.require(!r.text(key).isEmpty(), "%s must name a column", key);
    }
    return new RequestTable(
        r.text("reports.id"),
        r.text("reports.findings"),
        Background.of(section -> r.text("reports." + section.label())),
        ColumnMapping.delimiter(r.at("reports")),
        (int) r.bytes("read.max-report-bytes", 1 << 30),
        r.bytes("read.max-archive-bytes", Long.MAX_VALUE));
  }

  /**
   * Reads a file, or all tables of a folder, one after the other.
   *
   * @param path a Hadoop path
   * @param sections the background sections that the model is shown, in their order
   * @throws BadInputException when it is not there, holds no table, lacks a column or is damaged
   */
  public Requests read(
      Configuration hadoop, String path, FindingsRules rules, List<BackgroundSection> sections)
      throws IOException {
    ReadSettings listed = new ReadSettings(maxReportBytes, maxArchiveBytes, columns());
    List<SourceFile> files =
        new SourceListing(hadoop, 0, listed).add(SourceKind.REPORTS, Requests.SOURCE, path).files();
    Requests requests = new Requests(rules, sections);
    long origin = 0;
    for (SourceFile file : files) {
      String name = new Path(file.path()).getName();
      if (file.isRefused()) {
        requests.reject(
            new Rejection(name, Requests.SOURCE, origin++, Reason.NOT_A_REPORT, "a file"));
      } else {
        origin = read(hadoop, file.path(), files.size() > 1 ? name + "/" : "", origin, requests);
      }
    }
    return requests;
  }

  /** The columns that are read. */
  private Stream<String> named() {
    return Stream.concat(
        Stream.of(id, findings),
        Arrays.stream(BackgroundSection.values())
            .map(background::text)
            .filter(column -> !column.isEmpty()));
  }

  private ColumnMapping columns() {
    return new ColumnMapping(
        id,
        "",
        findings,
        "",
        background,
        new ColumnMapping.Text("", false, false),
        new ColumnMapping.Labels("", Set.of(), Set.of()),
        "",
        delimiter);
  }

  private long read(
      Configuration hadoop, String path, String prefix, long first, Requests requests) {
    long rows = 0;
    try (RecordTable table = open(hadoop, path)) {
      Optional<String> missing =
          (table.isSparse() ? Stream.of(id, findings) : named())
              .filter(column -> !table.hasColumn(column))
              .findFirst();
      if (missing.isPresent()) {
        throw new BadInputException(
            "--reports: %s has no column of text, numbers or dates named %s (settings under reports)%s",
            path, missing.get(), table.seen());
      }
      for (Outcome<Cells> cells = table.next(); cells != null; cells = table.next()) {
        long origin = first + rows++;
        String place = format("%srow-%d", prefix, rows);
        Outcome<Cells> identified = cells.then(this::identified);
        if (identified.isKept()) {
          Cells row = identified.value();
          requests.take(
              row.cell(id),
              origin,
              row.cell(findings),
              background.map(column -> column.isEmpty() ? "" : row.cell(column)));
        } else {
          requests.reject(identified.rejection().named(place, Requests.SOURCE, origin));
        }
      }
      return first + rows;
    } catch (RecordTable.MissingColumns e) {
      throw new BadInputException("--reports: %s %s", path, e.getMessage());
    } catch (IOException e) {
      throw new BadInputException(
          format("--reports: %s cannot be read beyond row %d (%s)", path, rows, Packed.why(e)), e);
    }
  }

  private Outcome<Cells> identified(Cells row) {
    String raw = row.cell(id);
    if (raw.isEmpty()) {
      return Outcome.rejected(Reason.MISSING_ID, "column " + id);
    }
    return ReportIds.isValid(raw)
        ? Outcome.kept(row)
        : Outcome.rejected(Reason.MALFORMED_ID, "column " + id);
  }

  private RecordTable open(Configuration hadoop, String path) throws IOException {
    Set<String> wanted = named().collect(Collectors.toSet());
    return TableFormat.open(
        () -> unpacked(hadoop, path),
        path,
        hadoop,
        new TableFormat.Options(
            maxReportBytes, delimiter, TextEncoding.AUTO, TableFormat.Choice.TABLE),
        wanted);
  }

  private InputStream unpacked(Configuration hadoop, String file) throws IOException {
    Path path = new Path(file);
    return Packed.unpacked(InputFiles.open(path.getFileSystem(hadoop), path), maxArchiveBytes);
  }
}
