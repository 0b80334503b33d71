package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/**
 * CSV as RFC 4180 has it: double quotes doubled inside quotes, line ends LF, CRLF or CR, newlines
 * inside quotes. Works on bytes, so that one cell that is not UTF-8 costs its row and not the file.
 * A byte order mark at the start is skipped.
 *
 * <p>A quote that is never closed costs its row, too: a row that is too long, has too many cells or
 * has text behind a closing quote is given up, and reading goes on behind its first line end. Since
 * every line that a row can span adds a cell, no byte is read more often than a row may have cells.
 */
public final class CsvReader implements AutoCloseable {
  private static final int END = -1;
  private static final int CHUNK = 1 << 16;
  private static final int MOST_CELLS = 1000;

  private final InputStream in;
  private final int maxBytes;
  private final char delimiter;
  private int maxCells = MOST_CELLS;

  /** The bytes from the row's start on. */
  private byte[] buffer;

  private int limit;
  private int at;
  private int rowStart;

  /** Behind the row's first line end, -1 before it. */
  private int secondLine = -1;

  private byte[] cell = new byte[256];
  private int length;

  /**
   * A reader that takes over the stream.
   *
   * @param maxBytes the longest row
   */
  public CsvReader(InputStream in, int maxBytes) throws IOException {
    this(in, maxBytes, ',');
  }

  /**
   * A reader of cells that another character separates.
   *
   * @param delimiter an ASCII character
   */
  public CsvReader(InputStream in, int maxBytes, char delimiter) throws IOException {
    this.in = in;
    this.maxBytes = maxBytes;
    this.delimiter = delimiter;
    this.buffer = new byte[CHUNK];
    skipByteOrderMark();
  }

  /** The cells of a row that is a line; null for a blank one. */
  public static Outcome<List<String>> line(String line) {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    try (CsvReader csv = new CsvReader(bytes)) {
      return csv.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CsvReader(byte[] bytes) {
    this.in = InputStream.nullInputStream();
    this.maxBytes = bytes.length;
    this.delimiter = ',';
    this.buffer = bytes;
    this.limit = bytes.length;
  }

  /** A row that is given up. */
  private static final class BadRow extends Exception {
    private final transient Outcome<List<String>> row;

    BadRow(Reason reason, String detail) {
      super(null, null, false, false);
      this.row = Outcome.rejected(reason, detail);
    }
  }

  /** Gives up rows with more cells, from the next row on. */
  public void limitCells(int most) {
    maxCells = most;
  }

  /** The cells of the next row that is not blank, or why it cannot be read; null at the end. */
  public Outcome<List<String>> next() throws IOException {
    int c;
    do {
      rowStart = at;
      c = read();
    } while (c == '\r' || c == '\n');
    if (c == END) {
      return null;
    }
    secondLine = -1;
    try {
      return row(c);
    } catch (BadRow bad) {
      goOnBehindItsFirstLine();
      return bad.row;
    }
  }

  private Outcome<List<String>> row(int first) throws IOException, BadRow {
    List<String> cells = new ArrayList<>();
    Outcome<List<String>> broken = null;
    int c = first;
    while (true) {
      if (cells.size() == maxCells) {
        throw new BadRow(Reason.MALFORMED_ROW, format("more than %d cells", maxCells));
      }
      length = 0;
      c = c == '"' ? quoted() : plain(c);
      Outcome<List<String>> undecodable = decode(cells);
      broken = broken == null ? undecodable : broken;
      if (c != delimiter) {
        return broken == null ? Outcome.kept(cells) : broken;
      }
      c = next(false);
    }
  }

  /** Reads to the cell's end; what stands there. */
  private int plain(int first) throws IOException, BadRow {
    int c = first;
    while (!endsCell(c)) {
      append(c);
      c = next(false);
    }
    return c;
  }

  /** Reads past the closing quote and blanks behind it; what stands there. */
  private int quoted() throws IOException, BadRow {
    while (true) {
      int c = next(true);
      if (c == '"') {
        c = next(false);
        if (c != '"') {
          return behindQuote(c);
        }
      }
      append(c);
    }
  }

  private int behindQuote(int first) throws IOException, BadRow {
    int c = first;
    while (c == ' ' || (c == '\t' && delimiter != '\t')) {
      c = next(false);
    }
    if (!endsCell(c)) {
      throw secondLine < 0
          ? new BadRow(Reason.MALFORMED_ROW, "text behind a closing quote")
          : new BadRow(Reason.UNCLOSED_QUOTE, "the next quote does not close it");
    }
    return c;
  }

  private boolean endsCell(int c) {
    return c == delimiter || c == '\n' || c == '\r' || c == END;
  }

  private int next(boolean quoted) throws IOException, BadRow {
    int c = read();
    if (c == END && quoted) {
      throw new BadRow(Reason.UNCLOSED_QUOTE, "to the end of the file");
    }
    if (at - rowStart > maxBytes) {
      throw quoted && secondLine >= 0
          ? new BadRow(
              Reason.UNCLOSED_QUOTE, format("within %d bytes (read.max-report-bytes)", maxBytes))
          : new BadRow(
              Reason.TOO_LARGE, format("more than %d bytes (read.max-report-bytes)", maxBytes));
    }
    if ((c == '\n' || c == '\r') && secondLine < 0) {
      secondLine = at;
    }
    return c;
  }

  /** Adds the cell that was read; why it is no text, or null. */
  private Outcome<List<String>> decode(List<String> cells) {
    if (length == 0) {
      cells.add("");
      return null;
    }
    Outcome<String> decoded = Utf8Text.decode(cell, 0, length);
    if (decoded.isKept()) {
      cells.add(decoded.value());
      return null;
    }
    cells.add("");
    return Outcome.rejected(
        decoded.rejection().reason(), "cell " + cells.size() + ", " + decoded.rejection().detail());
  }

  private void append(int c) {
    if (length == cell.length) {
      cell = Arrays.copyOf(cell, length * 2);
    }
    cell[length++] = (byte) c;
  }

  private void goOnBehindItsFirstLine() throws IOException {
    if (secondLine >= 0) {
      at = secondLine;
      return;
    }
    int c;
    do {
      rowStart = at;
      c = read();
    } while (c != '\n' && c != '\r' && c != END);
  }

  private int read() throws IOException {
    if (at == limit && !fill()) {
      return END;
    }
    return buffer[at++] & 0xff;
  }

  /** Makes room from the row's start on and reads more. */
  private boolean fill() throws IOException {
    if (limit == buffer.length) {
      if (rowStart > 0) {
        System.arraycopy(buffer, rowStart, buffer, 0, limit - rowStart);
        limit -= rowStart;
        at -= rowStart;
        secondLine -= secondLine < 0 ? 0 : rowStart;
        rowStart = 0;
      } else {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
    }
    int n = in.read(buffer, limit, buffer.length - limit);
    limit += Math.max(n, 0);
    return n > 0;
  }

  private void skipByteOrderMark() throws IOException {
    while (limit < 3 && fill()) {
      // Streams may give single bytes.
    }
    if (limit >= 3
        && buffer[0] == (byte) 0xef
        && buffer[1] == (byte) 0xbb
        && buffer[2] == (byte) 0xbf) {
      at = 3;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
