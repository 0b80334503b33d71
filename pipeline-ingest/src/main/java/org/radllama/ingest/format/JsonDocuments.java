package org.radllama.ingest.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/**
 * FHIR resources that go on over lines, one behind another. Of a Bundle the texts are the elements
 * of {@code entry}, of each other resource its own. Each is bounded by itself, so that a Bundle may
 * have any length.
 */
final class JsonDocuments extends JsonTexts {
  /** Longer names and values of the outermost object are none that is looked for. */
  private static final int NAME = 64;

  /** Begins a byte order mark. */
  private static final int MARK = 0xef;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonPlace place = new JsonPlace();
  private final StringBuilder string = new StringBuilder();
  private String name = "";
  private String type = "";
  private boolean bundle;
  private boolean entries;
  private boolean first;

  /** Whether {@code entry} is that of a List, whose type stands behind it. */
  private boolean listed;

  private JsonDocuments(InputStream in, int maxBytes) {
    super(in, maxBytes);
  }

  /**
   * The lines of a file; the resources where the first line only begins one, or is longer than
   * {@code maxBytes}.
   */
  static JsonTexts of(InputStream in, int maxBytes) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    boolean documents = goesOn(in, maxBytes, head);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head.toByteArray()), in);
    return documents ? new JsonDocuments(whole, maxBytes) : lines(whole, maxBytes);
  }

  /**
   * Whether the first line leaves something open that the next continues with. A line that is
   * damaged may leave something open too, but the next begins an object where none can stand.
   *
   * @param head gets what was read
   */
  private static boolean goesOn(InputStream in, int maxBytes, ByteArrayOutputStream head)
      throws IOException {
    JsonPlace place = new JsonPlace();
    StringBuilder open = new StringBuilder();
    boolean ended = false;
    int last = 0;
    for (int c = in.read(); c >= 0; c = in.read()) {
      head.write(c);
      if (head.size() > maxBytes) {
        return true;
      }
      if (c == '\n' && last != 0) {
        if (place.depth() <= 0 || place.isQuoted()) {
          return false;
        }
        ended = true;
      } else if (!isBlank(c) && (last != 0 || c < 0x80)) {
        if (ended) {
          boolean listed = last == ',' && open.charAt(open.length() - 1) == '[';
          return c != '{' || last == '[' || listed;
        }
        int depth = place.depth();
        place.step(c);
        if (place.depth() > depth) {
          open.append((char) c);
        } else if (place.depth() < depth) {
          open.setLength(Math.max(0, place.depth()));
        }
        last = c;
      }
    }
    return false;
  }

  @Override
  Outcome<String> next() throws IOException {
    while (true) {
      Outcome<String> text;
      if (entries) {
        text = entry();
      } else if (place.depth() > 0) {
        text = rest();
      } else {
        int c = read();
        while (isBlank(c) || c == MARK) {
          c = c == MARK ? afterMark() : read();
        }
        if (c < 0) {
          return null;
        }
        text = c == '{' ? document(c) : line(c);
      }
      if (text != null) {
        return text;
      }
    }
  }

  /** Behind a byte order mark. */
  private int afterMark() throws IOException {
    read();
    read();
    return read();
  }

  /** What begins no object, to the end of its line. */
  private Outcome<String> line(int begin) throws IOException {
    begin();
    for (int c = begin; c >= 0 && c != '\n'; c = read()) {
      append(c);
    }
    return text();
  }

  private Outcome<String> document(int begin) throws IOException {
    begin();
    bundle = false;
    listed = false;
    type = "";
    name = "";
    step(begin);
    return rest();
  }

  /** Goes on in the outermost object to its end, or to a Bundle's entries; null for a Bundle. */
  private Outcome<String> rest() throws IOException {
    while (place.depth() > 0 && !entries) {
      step(some());
    }
    boolean other = listed || (bundle && first && !type.isEmpty() && !type.equals("Bundle"));
    if (other) {
      return Outcome.rejected(Reason.NOT_A_REPORT, "no DiagnosticReport");
    }
    return bundle ? null : text();
  }

  private void step(int c) {
    append(c);
    boolean inside = place.isQuoted();
    place.step(c);
    if (place.depth() == 1 && (inside || place.isQuoted())) {
      string(c, inside);
    } else if (place.depth() == 1 && c == ':') {
      name = string.toString();
    } else if (place.depth() == 1 && c == ',') {
      name = "";
    } else if (place.depth() == 2 && c == '[' && !inside && name.equals("entry")) {
      bundle = type.isEmpty() || type.equals("Bundle");
      entries = bundle;
      first = bundle;
    }
  }

  /** A character of a string of the outermost object, or one of the quotes around it. */
  private void string(int c, boolean inside) {
    if (!inside) {
      string.setLength(0);
    } else if (place.isQuoted()) {
      string.append(string.length() < NAME ? String.valueOf((char) c) : "");
    } else if (name.equals("resourceType")) {
      type = string.toString();
    }
  }

  private Outcome<String> entry() throws IOException {
    int c = visible();
    boolean none = first && c == ']';
    Outcome<String> element = none ? null : element(c);
    if (first && !none) {
      listed = type.isEmpty() && element.isKept() && has(element.value(), "item");
      first = false;
    }
    if (none || isLast()) {
      entries = false;
      place.step(']');
    }
    return listed ? null : element;
  }

  /** Whether a text is an object that has a member, as far as it is one. */
  private static boolean has(String text, String member) {
    try (JsonParser parser = JSON.createParser(text)) {
      parser.nextToken();
      for (String at = parser.nextFieldName(); at != null; at = parser.nextFieldName()) {
        if (at.equals(member)) {
          return true;
        }
        parser.nextToken();
        parser.skipChildren();
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
