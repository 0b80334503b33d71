package org.radllama.ingest.read;

import java.io.IOException;
import java.io.InputStream;
import org.radllama.ingest.format.TarArchive;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** The reports of a tar archive, in its order, with what is none of them rejected. */
final class TarReports extends OpenRecords<TarArchive.Entry> {
  private final TarArchive tar;
  private final int maxBytes;
  private int reports;

  /**
   * Opens an archive.
   *
   * @throws org.radllama.failure.BadInputException when it is damaged at its beginning
   */
  TarReports(SourceFile file, InputStream in, int maxBytes) {
    this(file, new TarArchive(in), maxBytes);
  }

  private TarReports(SourceFile file, TarArchive tar, int maxBytes) {
    super(file, tar, "entry");
    this.tar = tar;
    this.maxBytes = maxBytes;
    advance();
  }

  @Override
  TarArchive.Entry read() throws IOException {
    TarArchive.Entry entry;
    do {
      entry = reports < file().rows() ? tar.next() : null;
    } while (entry != null && isHarmlessFolder(entry));
    return entry;
  }

  private boolean isHarmlessFolder(TarArchive.Entry entry) {
    return entry.type() == TarArchive.Type.FOLDER
        && EntryName.of(file().kind(), entry.name()) != EntryName.UNSAFE;
  }

  @Override
  Outcome<Document> document(TarArchive.Entry entry) throws IOException {
    ReportPlace place = new ReportPlace(file().source(), entry.name(), file().origin(row()));
    boolean plain = entry.type() == TarArchive.Type.FILE;
    Outcome<String> name =
        EntryName.judge(file().kind(), entry.name(), plain ? null : EntryName.SPECIAL_FILE);
    if (!name.isKept()) {
      return place.at(entry.name()).reject(name.rejection());
    }
    reports++;
    return entry.size() > maxBytes
        ? place.reject(Reason.TOO_LARGE, entry.size() + " bytes (read.max-report-bytes)")
        : ReportFormat.parse(file().kind(), place, tar.read(maxBytes));
  }
}
