package org.radllama.ingest.read;

import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Outcome;

/** How the bytes of one report become a document. */
@FunctionalInterface
interface ReportFormat {
  /** The document, or its rejection. */
  Outcome<Document> parse(ReportPlace place, byte[] bytes);

  /** The format of a kind with one report a file. */
  static ReportFormat of(SourceKind kind) {
    return switch (kind) {
      case MIMIC_CXR -> MimicCxrText::parse;
      case OPENI_XML -> OpenIXml::parse;
      case OPENI_CSV, REPORTS -> throw new IllegalArgumentException(kind + " is a table");
    };
  }
}
