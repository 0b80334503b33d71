package org.radllama.ingest.read;

import org.radllama.ingest.format.TextEncoding;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;

/** How the bytes of one report become a document, in the kinds with one report a file. */
final class ReportFormat {
  private ReportFormat() {}

  /** The document, or its rejection. */
  static Outcome<Document> parse(SourceKind kind, ReportPlace place, byte[] bytes) {
    return place
        .named(kind == SourceKind.OPENI_XML ? TextEncoding.xml(bytes) : Utf8Text.decode(bytes))
        .then(
            text ->
                switch (kind) {
                  case MIMIC_CXR -> mimicCxr(place, text);
                  case OPENI_XML -> OpenIXml.parse(place, text);
                  case OPENI_CSV, REPORTS ->
                      throw new IllegalArgumentException(kind + " is a table");
                });
  }

  /** A file of MIMIC-CXR's tree, {@code files/p10/p10000032/s50414267.txt}. */
  private static Outcome<Document> mimicCxr(ReportPlace place, String text) {
    return Outcome.kept(
        new Document(
            place.id(),
            place.source(),
            place.folder(),
            place.origin(),
            Label.UNKNOWN,
            null,
            Edits.NONE,
            new Document.FullText(Utf8Text.universalNewlines(text))));
  }
}
