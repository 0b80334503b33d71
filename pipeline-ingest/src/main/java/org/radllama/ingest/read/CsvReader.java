package org.radllama.ingest.read;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * CSV as RFC 4180 and Python's csv module have it: comma, double quotes doubled inside quotes, line
 * ends LF, CRLF or CR, newlines inside quotes. Works on bytes, so that one cell that is not UTF-8
 * costs its row and not the file. A byte order mark at the start is skipped.
 */
public final class CsvReader implements AutoCloseable {
  private static final int END = -1;

  private final InputStream in;
  private final int maxBytes;
  private int pushed = Integer.MIN_VALUE;
  private byte[] cell = new byte[256];
  private int length;
  private int rowBytes;

  /**
   * A reader that takes over the stream.
   *
   * @param maxBytes the longest row
   */
  public CsvReader(InputStream in, int maxBytes) throws IOException {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
    skipByteOrderMark();
  }

  /** A row: its cells, or why it cannot be read. */
  public record Row(List<String> cells, Reason reason, String detail) {
    /** Whether there are cells. */
    public boolean ok() {
      return reason == null;
    }

    @Override
    public String toString() {
      return ok() ? "Row[%d cells]".formatted(cells.size()) : "Row[%s]".formatted(reason);
    }
  }

  /** The next row that is not blank, or null at the end. */
  public Row next() throws IOException {
    int c = read();
    while (c == '\r' || c == '\n') {
      c = read();
    }
    return c == END ? null : row(c);
  }

  private Row row(int first) throws IOException {
    List<String> cells = new ArrayList<>();
    Row broken = null;
    rowBytes = 0;
    int c = first;
    while (true) {
      length = 0;
      if (c == '"') {
        c = quoted();
        if (c == Integer.MIN_VALUE) {
          return rejected(Reason.MALFORMED_ROW, "a quote is never closed");
        }
      }
      while (c != ',' && c != '\n' && c != '\r' && c != END) {
        append(c);
        c = read();
      }
      if (broken == null) {
        broken = decode(cells);
      }
      if (c != ',') {
        if (c == '\r') {
          skipLineFeed();
        }
        return broken == null ? finished(cells) : broken;
      }
      c = read();
    }
  }

  /** Reads past the closing quote; the character behind it, or MIN_VALUE if there is none. */
  private int quoted() throws IOException {
    for (int c = read(); c != END; c = read()) {
      if (c == '"') {
        c = read();
        if (c != '"') {
          return c;
        }
      }
      append(c);
    }
    return Integer.MIN_VALUE;
  }

  private Row finished(List<String> cells) {
    return rowBytes > maxBytes
        ? rejected(Reason.TOO_LARGE, rowBytes + " bytes (read.max-report-bytes)")
        : new Row(cells, null, null);
  }

  private Row decode(List<String> cells) {
    if (rowBytes > maxBytes) {
      return null;
    }
    if (length == 0) {
      cells.add("");
      return null;
    }
    ReportText.Decoded decoded = ReportText.decode(cell, 0, length);
    if (!decoded.ok()) {
      return rejected(decoded.reason(), "cell " + cells.size() + ", " + decoded.detail());
    }
    cells.add(decoded.text());
    return null;
  }

  private static Row rejected(Reason reason, String detail) {
    return new Row(List.of(), reason, detail);
  }

  private void append(int c) {
    rowBytes++;
    if (rowBytes > maxBytes) {
      return;
    }
    if (length == cell.length) {
      cell = Arrays.copyOf(cell, length * 2);
    }
    cell[length++] = (byte) c;
  }

  private int read() throws IOException {
    if (pushed != Integer.MIN_VALUE) {
      int c = pushed;
      pushed = Integer.MIN_VALUE;
      return c;
    }
    return in.read();
  }

  private void skipLineFeed() throws IOException {
    int c = read();
    if (c != '\n') {
      pushed = c;
    }
  }

  private void skipByteOrderMark() throws IOException {
    in.mark(3);
    if (in.read() != 0xef || in.read() != 0xbb || in.read() != 0xbf) {
      in.reset();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
