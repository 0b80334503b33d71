package org.radllama.ingest.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/**
 * JSON objects, one a line (JSONL) or the elements of an array. Of each object only the columns
 * asked for are looked at.
 */
public final class JsonLines implements RecordTable {
  private static final int MAX_DEPTH = 64;

  /** How far {@link #seen} looks ahead. */
  private static final int AHEAD = 100;

  private static final int AHEAD_BYTES = 1 << 22;

  private final JsonTexts texts;
  private final Set<String> columns;
  private final JsonFactory json;
  private final Set<String> names = new LinkedHashSet<>();
  private final Deque<Outcome<Cells>> ahead = new ArrayDeque<>();
  private boolean looked;
  private IOException damage;

  /** The lines of a file. */
  public JsonLines(InputStream in, int maxBytes, Set<String> columns) {
    this(JsonTexts.lines(in, maxBytes), maxBytes, columns);
  }

  JsonLines(JsonTexts texts, int maxBytes, Set<String> columns) {
    this.texts = texts;
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

  /** The objects of an array. */
  public static JsonLines array(InputStream in, int maxBytes, Set<String> columns) {
    return new JsonLines(JsonTexts.elements(in, maxBytes), maxBytes, columns);
  }

  /**
   * Whether one of the first objects has the column. They may leave out what is empty, so that a
   * column which none of them has may still come.
   */
  @Override
  public boolean hasColumn(String name) {
    look();
    return names.isEmpty() || names.contains(name);
  }

  @Override
  public boolean isSparse() {
    return true;
  }

  @Override
  public String seen() {
    look();
    return ColumnNames.seen(List.copyOf(names));
  }

  private void look() {
    long bytes = 0;
    while (!looked && ahead.size() < AHEAD && bytes < AHEAD_BYTES) {
      try {
        Outcome<String> text = texts.next();
        if (text == null) {
          break;
        }
        bytes += text.isKept() ? text.value().length() : 0;
        ahead.add(text.then(value -> parse(value, names)));
      } catch (IOException e) {
        damage = e;
        break;
      }
    }
    looked = true;
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    if (!ahead.isEmpty()) {
      return ahead.remove();
    }
    if (damage != null) {
      throw damage;
    }
    Outcome<String> text = texts.next();
    return text == null ? null : text.then(value -> parse(value, new HashSet<>()));
  }

  private Outcome<Cells> parse(String text, Set<String> seen) {
    int from = text.startsWith("\ufeff") ? 1 : 0;
    try (JsonParser parser = json.createParser(text.substring(from))) {
      Map<String, String> cells = new HashMap<>();
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Outcome.rejected(Reason.MALFORMED_JSON, "not an object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String column = parser.currentName();
        seen.add(column);
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
    texts.close();
  }
}
