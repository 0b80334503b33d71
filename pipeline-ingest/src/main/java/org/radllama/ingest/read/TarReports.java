package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import java.util.NoSuchElementException;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.format.TarArchive;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;

/** The reports of a tar archive, in its order, with what is none of them rejected. */
final class TarReports implements OpenRecords {
  private final SourceFile file;
  private final TarArchive tar;
  private final ReportFormat format;
  private final int maxBytes;
  private int row;
  private int reports;
  private TarArchive.Entry next;

  /**
   * Opens an archive.
   *
   * @throws JobFailure exit 3 when it is damaged at its beginning
   */
  TarReports(SourceFile file, InputStream in, int maxBytes) {
    this.file = file;
    this.tar = new TarArchive(in);
    this.format = ReportFormat.of(file.kind());
    this.maxBytes = maxBytes;
    advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Outcome<Document> next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    ReportPlace place = new ReportPlace(file.source(), next.name(), file.origin(row));
    Outcome<Document> outcome = document(next, place);
    advance();
    return outcome;
  }

  private Outcome<Document> document(TarArchive.Entry entry, ReportPlace place) {
    EntryName name = EntryName.of(file.kind(), entry.name());
    if (name == EntryName.UNSAFE) {
      return place.rejectAs(entry.name(), Reason.UNSAFE_ENTRY, "its name leads outside");
    }
    if (entry.type() != TarArchive.Type.FILE) {
      return place.rejectAs(entry.name(), Reason.UNSAFE_ENTRY, "a link or another special file");
    }
    if (name == EntryName.OTHER) {
      return place.rejectAs(entry.name(), Reason.NOT_A_REPORT, "");
    }
    reports++;
    if (entry.size() > maxBytes) {
      return place.reject(Reason.TOO_LARGE, entry.size() + " bytes (read.max-report-bytes)");
    }
    try {
      return format.parse(place, tar.read(maxBytes));
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private void advance() {
    try {
      do {
        next = reports < file.rows() ? tar.next() : null;
      } while (next != null && isHarmlessFolder(next));
      row++;
      if (next == null) {
        tar.close();
      }
    } catch (IOException e) {
      throw damaged(e);
    }
  }

  private boolean isHarmlessFolder(TarArchive.Entry entry) {
    return entry.type() == TarArchive.Type.FOLDER
        && EntryName.of(file.kind(), entry.name()) != EntryName.UNSAFE;
  }

  private JobFailure damaged(IOException e) {
    String why = e instanceof Packed.TooMuch ? e.getMessage() : e.getClass().getSimpleName();
    return new JobFailure(
        ExitCode.INPUT,
        "--%s: %s cannot be read beyond entry %d (%s)"
            .formatted(file.kind().flag(), file.path(), row, why),
        e);
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
