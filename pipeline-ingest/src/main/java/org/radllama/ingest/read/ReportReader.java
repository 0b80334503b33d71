package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.CsvTable;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.RecordTable;
import org.radllama.ingest.format.ReportTable;
import org.radllama.ingest.format.TableFormat;
import org.radllama.ingest.format.TextEncoding;
import org.radllama.ingest.format.ZipArchive;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.run.InputFiles;

/** Opens listed files and hands out their records; runs inside Spark's tasks. */
public final class ReportReader implements Serializable {
  private final SerializableConfiguration hadoop;
  private final ReadSettings settings;
  private final IdHash ids;

  /** A reader. */
  public ReportReader(Configuration hadoop, ReadSettings settings) {
    this(hadoop, settings, IdHash.NONE);
  }

  /** A reader that puts digests in place of the ids of {@link SourceKind#REPORTS}. */
  public ReportReader(Configuration hadoop, ReadSettings settings, IdHash ids) {
    this.hadoop = new SerializableConfiguration(hadoop);
    this.settings = settings;
    this.ids = ids;
  }

  /**
   * The records of some files, read as they are asked for. Neighbours in one archive share it open.
   *
   * @throws BadInputException when a file of many reports cannot be read
   */
  public Iterator<Outcome<Document>> read(Iterator<SourceFile> files) {
    return new Records(files);
  }

  private final class Records implements Iterator<Outcome<Document>> {
    private final Iterator<SourceFile> files;
    private Iterator<Outcome<Document>> of = Collections.emptyIterator();
    private ZipArchive zip;
    private String zipPath = "";

    Records(Iterator<SourceFile> files) {
      this.files = files;
    }

    @Override
    public boolean hasNext() {
      while (!of.hasNext() && files.hasNext()) {
        SourceFile file = files.next();
        of = file.isOneRecord() ? Collections.singleton(one(file)).iterator() : many(file);
      }
      if (!of.hasNext()) {
        closeZip();
      }
      return of.hasNext();
    }

    @Override
    public Outcome<Document> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return of.next();
    }

    private Outcome<Document> one(SourceFile file) {
      ReportPlace place = file.place();
      if (file.part() instanceof SourceFile.Refused refused) {
        String name = ids(file).name(refused.name());
        return place.at(name).reject(refused.reason(), refused.detail());
      }
      try {
        Outcome<byte[]> content =
            file.part() instanceof SourceFile.InZip inZip
                ? zip(file.path()).read(inZip.member(), settings.maxReportBytes())
                : content(file);
        return place.named(content).then(bytes -> ReportFormat.parse(file.kind(), place, bytes));
      } catch (IOException e) {
        return place.reject(Reason.UNREADABLE, e.getClass().getSimpleName());
      }
    }

    private ZipArchive zip(String path) throws IOException {
      if (!path.equals(zipPath)) {
        closeZip();
        zip = openZip(hadoop.value(), path);
        zipPath = path;
      }
      return zip;
    }

    private void closeZip() {
      if (zip != null) {
        try {
          zip.close();
        } catch (IOException e) {
          // Everything asked for was read.
        }
        zip = null;
        zipPath = "";
      }
    }
  }

  static ZipArchive openZip(Configuration hadoop, String path) throws IOException {
    Path at = new Path(path);
    return new ZipArchive(InputFiles.openRandom(at.getFileSystem(hadoop), at));
  }

  /**
   * Checks what would spoil a whole file, before any task runs.
   *
   * @throws BadInputException when a file of many reports is damaged at its beginning or lacks
   *     columns
   */
  public void check(SourceFile file) {
    if (file.isOneRecord()) {
      return;
    }
    try {
      many(file).close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * How many records a file has, up to its limit.
   *
   * @throws BadInputException when it cannot be read so far
   */
  public int count(SourceFile file) {
    int records = 0;
    for (OpenRecords<?> open = many(file); open.hasNext(); open.next()) {
      records++;
    }
    return records;
  }

  private Outcome<byte[]> content(SourceFile file) throws IOException {
    int max = settings.maxReportBytes();
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(max + 1);
      return bytes.length > max
          ? Outcome.rejected(
              Reason.TOO_LARGE, "more than " + max + " bytes (read.max-report-bytes)")
          : Outcome.kept(bytes);
    }
  }

  private OpenRecords<?> many(SourceFile file) {
    try {
      return file.part() instanceof SourceFile.Tar
          ? new TarReports(file, unpacked(file), settings.maxReportBytes())
          : rows(file);
    } catch (RecordTable.MissingColumns e) {
      throw new BadInputException("--%s: %s %s", file.kind().flag(), file.path(), e.getMessage());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private TableReports rows(SourceFile file) throws IOException {
    RecordTable table = table(file);
    try {
      RowMapping mapping = mapping(file, table);
      return new TableReports(file, table, mapping, ids(file));
    } catch (RecordTable.MissingColumns e) {
      table.close();
      throw e;
    }
  }

  private IdHash ids(SourceFile file) {
    return file.kind() == SourceKind.REPORTS ? ids : IdHash.NONE;
  }

  private RowMapping mapping(SourceFile file, RecordTable table) throws RecordTable.MissingColumns {
    if (file.kind() == SourceKind.OPENI_CSV) {
      return OpenIColumns.of(table);
    }
    return table instanceof ReportTable
        ? ReportColumns.INSTANCE
        : settings.columns().checked(table);
  }

  private RecordTable table(SourceFile file) throws IOException {
    int max = settings.maxReportBytes();
    if (file.kind() == SourceKind.OPENI_CSV) {
      return new CsvTable(TextEncoding.AUTO.utf8(unpacked(file)), max, ',');
    }
    return TableFormat.open(
        () -> unpacked(file),
        file.path(),
        hadoop.value(),
        new TableFormat.Options(
            max, settings.columns().delimiter(), settings.encoding(), settings.format()),
        Set.copyOf(settings.columns().columns().values()));
  }

  private InputStream unpacked(SourceFile file) throws IOException {
    return Packed.unpacked(open(file), settings.maxArchiveBytes());
  }

  private static BadInputException unreadable(SourceFile file, IOException e) {
    return new BadInputException(
        "--%s: cannot read %s (%s)".formatted(file.kind().flag(), file.path(), Packed.why(e)), e);
  }

  private InputStream open(SourceFile file) throws IOException {
    Path path = new Path(file.path());
    return InputFiles.open(path.getFileSystem(hadoop.value()), path);
  }
}
