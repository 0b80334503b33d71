package org.radllama.ingest.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The formats of tables, recognised by their first bytes, whatever their names. */
public enum TableFormat {
  PARQUET,
  JSON_LINES,
  CSV;

  private static final int HEAD = 1 << 12;

  /** Looks at the beginning and closes the stream; what is neither of the others may be CSV. */
  public static TableFormat of(InputStream in) throws IOException {
    try (in) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
      if (head.startsWith("PAR1")) {
        return PARQUET;
      }
      String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3) : head;
      return text.stripLeading().startsWith("{") ? JSON_LINES : CSV;
    }
  }
}
