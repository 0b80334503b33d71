package org.radllama.ingest.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/** JSONL: one JSON object a line. Of each object only the columns asked for are looked at. */
public final class JsonLines implements RecordTable {
  private static final int MAX_DEPTH = 64;

  private final InputStream in;
  private final int maxBytes;
  private final Set<String> columns;
  private final JsonFactory json;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  public JsonLines(InputStream in, int maxBytes, Set<String> columns) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
    this.columns = columns;
    this.json =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(maxBytes)
                    .build())
            .build();
  }

  /** Its objects may leave out what is empty, so the first says nothing of the others. */
  @Override
  public boolean hasColumn(String name) {
    return true;
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    while (true) {
      line.reset();
      long length = 0;
      int c = in.read();
      boolean ended = c < 0;
      for (; c >= 0 && c != '\n'; c = in.read()) {
        if (++length <= maxBytes) {
          line.write(c);
        }
      }
      if (length > maxBytes) {
        return Outcome.rejected(Reason.TOO_LARGE, length + " bytes (read.max-report-bytes)");
      }
      Outcome<String> text = Utf8Text.decode(line.toByteArray());
      if (text.isKept() ? !isBlank(text.value()) : text.rejection().reason() != Reason.EMPTY) {
        return text.then(this::parse);
      }
      if (ended) {
        return null;
      }
    }
  }

  private static boolean isBlank(String text) {
    return Whitespace.strip(text).isEmpty() || text.equals("\ufeff");
  }

  private Outcome<Cells> parse(String text) {
    int from = text.startsWith("\ufeff") ? 1 : 0;
    try (JsonParser parser = json.createParser(text.substring(from))) {
      Map<String, String> cells = new HashMap<>();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Outcome.rejected(Reason.MALFORMED_JSON, "not an object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String column = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!columns.contains(column)) {
          parser.skipChildren();
        } else if (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT) {
          cells.put(column, parser.getText());
        } else if (value != JsonToken.VALUE_NULL) {
          return Outcome.rejected(
              Reason.MALFORMED_JSON, column + " is neither a text nor a whole number nor null");
        }
      }
      return parser.nextToken() == null
          ? checked(cells)
          : Outcome.rejected(Reason.MALFORMED_JSON, "more behind the object");
    } catch (IOException e) {
      // Its message quotes the line.
      return Outcome.rejected(Reason.MALFORMED_JSON, e.getClass().getSimpleName());
    }
  }

  /** An escape can bring in what no line of text holds. */
  private static Outcome<Cells> checked(Map<String, String> cells) {
    for (String text : cells.values()) {
      if (text.indexOf('\0') >= 0) {
        return Outcome.rejected(Reason.BINARY, "an escaped NUL");
      }
      if (!isWellFormed(text)) {
        return Outcome.rejected(Reason.NOT_UTF8, "half of a surrogate pair, escaped");
      }
    }
    return Outcome.kept(new Cells(cells));
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
