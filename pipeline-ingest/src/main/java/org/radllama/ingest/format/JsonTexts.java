package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/** The texts of a file's JSON values: its lines, or the elements of an array around all of it. */
abstract class JsonTexts implements Closeable {
  private final InputStream in;
  private final int maxBytes;
  private final ByteArrayOutputStream value = new ByteArrayOutputStream();
  private long length;
  private boolean last;

  JsonTexts(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
  }

  /** Texts of a file of lines. */
  static JsonTexts lines(InputStream in, int maxBytes) {
    return new Lines(in, maxBytes);
  }

  /** Texts of a file that is one array. */
  static JsonTexts elements(InputStream in, int maxBytes) {
    return new Elements(in, maxBytes);
  }

  /** The next text, or why it is none; null behind the last. */
  abstract Outcome<String> next() throws IOException;

  final int read() throws IOException {
    return in.read();
  }

  final void begin() {
    value.reset();
    length = 0;
  }

  final void append(int c) {
    if (++length <= maxBytes) {
      value.write(c);
    }
  }

  final Outcome<String> text() {
    return length > maxBytes
        ? Outcome.rejected(Reason.TOO_LARGE, format("%d bytes (read.max-report-bytes)", length))
        : Utf8Text.decode(value.toByteArray());
  }

  /**
   * The text of an array's element, cut at the comma or bracket behind it, so that one that is
   * damaged inside costs itself alone.
   *
   * @param c its first character
   */
  final Outcome<String> element(int c) throws IOException {
    begin();
    JsonPlace place = new JsonPlace();
    int at = c;
    while (place.isQuoted() || place.depth() > 0 || (at != ',' && at != ']')) {
      place.step(at);
      append(at);
      at = some();
    }
    last = at == ']';
    Outcome<String> text = text();
    return !text.isKept() && text.rejection().reason() == Reason.EMPTY
        ? Outcome.rejected(Reason.MALFORMED_JSON, "nothing between commas")
        : text;
  }

  /** Whether the array ended behind the {@link #element} read last. */
  final boolean isLast() {
    return last;
  }

  /** The next character that is no white space. */
  final int visible() throws IOException {
    int c = some();
    while (isBlank(c)) {
      c = some();
    }
    return c;
  }

  final int some() throws IOException {
    int c = read();
    if (c < 0) {
      throw new EOFException("the JSON is cut short");
    }
    return c;
  }

  static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  @Override
  public final void close() throws IOException {
    in.close();
  }

  private static final class Lines extends JsonTexts {
    Lines(InputStream in, int maxBytes) {
      super(in, maxBytes);
    }

    @Override
    Outcome<String> next() throws IOException {
      while (true) {
        begin();
        int c = read();
        boolean ended = c < 0;
        for (; c >= 0 && c != '\n'; c = read()) {
          append(c);
        }
        Outcome<String> text = text();
        if (text.isKept() ? !isBlank(text.value()) : text.rejection().reason() != Reason.EMPTY) {
          return text;
        }
        if (ended) {
          return null;
        }
      }
    }

    private static boolean isBlank(String text) {
      return Whitespace.strip(text).isEmpty() || text.equals("\ufeff");
    }
  }

  private static final class Elements extends JsonTexts {
    private boolean begun;
    private boolean ended;

    Elements(InputStream in, int maxBytes) {
      super(in, maxBytes);
    }

    @Override
    Outcome<String> next() throws IOException {
      if (ended) {
        return null;
      }
      int c = visible();
      if (!begun) {
        begun = true;
        for (; c != '['; c = visible()) {
          // A byte order mark.
        }
        c = visible();
        if (c == ']') {
          return end();
        }
      }
      Outcome<String> element = element(c);
      if (isLast()) {
        end();
      }
      return element;
    }

    private Outcome<String> end() throws IOException {
      ended = true;
      for (int c = read(); c >= 0; c = read()) {
        if (!isBlank(c)) {
          throw new IOException("more behind the array");
        }
      }
      return null;
    }
  }
}
