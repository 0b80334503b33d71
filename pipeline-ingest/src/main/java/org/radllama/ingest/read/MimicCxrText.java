package org.radllama.ingest.read;

/** A file of MIMIC-CXR's tree, {@code files/p10/p10000032/s50414267.txt}. */
final class MimicCxrText {
  private MimicCxrText() {}

  static Outcome<Document> parse(SourceFile file, byte[] bytes) {
    ReportText.Decoded decoded = ReportText.decode(bytes, 0, bytes.length);
    if (!decoded.ok()) {
      return file.reject(decoded.reason(), decoded.detail());
    }
    String text = ReportText.universalNewlines(decoded.text());
    return Outcome.kept(
        new Document(
            file.fallbackId(),
            file.kind().source(),
            patient(file.path()),
            file.origin(0),
            Label.UNKNOWN,
            new Document.FullText(text)));
  }

  private static String patient(String path) {
    int end = path.lastIndexOf('/');
    return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }
}
