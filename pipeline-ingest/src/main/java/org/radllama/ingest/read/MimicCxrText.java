package org.radllama.ingest.read;

import org.radllama.ingest.format.ReportText;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;

/** A file of MIMIC-CXR's tree, {@code files/p10/p10000032/s50414267.txt}. */
final class MimicCxrText {
  private MimicCxrText() {}

  static Outcome<Document> parse(ReportPlace place, byte[] bytes) {
    ReportText.Decoded decoded = ReportText.decode(bytes, 0, bytes.length);
    if (!decoded.ok()) {
      return place.reject(decoded.reason(), decoded.detail());
    }
    String text = ReportText.universalNewlines(decoded.text());
    return Outcome.kept(
        new Document(
            place.fallbackId(),
            place.source(),
            place.folder(),
            place.origin(),
            Label.UNKNOWN,
            null,
            Edits.NONE,
            new Document.FullText(text)));
  }
}
