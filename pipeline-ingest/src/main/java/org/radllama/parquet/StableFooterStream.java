package org.radllama.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.PageEncodingStats;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.io.PositionOutputStream;

/**
 * Passes a Parquet file on, all but its last bytes, and sorts what its footer holds in the order of
 * a hash set of enums, which differs from process to process (apache/parquet-java#3215): the
 * encodings of each column.
 */
final class StableFooterStream extends PositionOutputStream {
  /** Enough for the footer of thousands of row groups. */
  private static final int HELD_BACK = 8 << 20;

  /** The footer's length and the magic bytes behind it. */
  private static final int TRAILER = 8;

  private final PositionOutputStream out;
  private byte[] held = new byte[1 << 16];
  private int count;
  private boolean closed;

  StableFooterStream(PositionOutputStream out) {
    this.out = out;
  }

  @Override
  public long getPos() throws IOException {
    return out.getPos() + count;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (count + length > 2 * HELD_BACK) {
      passOn(Math.max(0, count - HELD_BACK));
    }
    if (length > HELD_BACK) {
      passOn(count);
      out.write(bytes, from, length - HELD_BACK);
      write(bytes, from + length - HELD_BACK, HELD_BACK);
      return;
    }
    if (count + length > held.length) {
      held = Arrays.copyOf(held, Math.max(2 * held.length, count + length));
    }
    System.arraycopy(bytes, from, held, count, length);
    count += length;
  }

  private void passOn(int bytes) throws IOException {
    out.write(held, 0, bytes);
    System.arraycopy(held, bytes, held, 0, count - bytes);
    count -= bytes;
  }

  @Override
  public void flush() throws IOException {
    // What is held back waits for the end; the file is not read before.
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      int at = footer();
      if (at < 0) {
        // Not a whole file: its writer failed before the footer, and says so itself.
        passOn(count);
        return;
      }
      byte[] sorted = sorted(Arrays.copyOfRange(held, at, count - TRAILER));
      out.write(held, 0, at);
      out.write(sorted);
      byte[] length = new byte[4];
      ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putInt(sorted.length);
      out.write(length);
      out.write(held, count - 4, 4);
    }
  }

  /** Where the footer begins in what is held back, or -1 if it does not end there. */
  private int footer() {
    if (count < TRAILER
        || held[count - 4] != 'P'
        || held[count - 3] != 'A'
        || held[count - 2] != 'R'
        || held[count - 1] != '1') {
      return -1;
    }
    int length = ByteBuffer.wrap(held, count - TRAILER, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int at = count - TRAILER - length;
    return length > 0 && at >= 0 ? at : -1;
  }

  private static byte[] sorted(byte[] footer) throws IOException {
    FileMetaData file = Util.readFileMetaData(new ByteArrayInputStream(footer));
    for (RowGroup group : file.getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        ColumnMetaData column = chunk.getMeta_data();
        column.getEncodings().sort(Comparator.naturalOrder());
        if (column.isSetEncoding_stats()) {
          column
              .getEncoding_stats()
              .sort(
                  Comparator.comparing(PageEncodingStats::getPage_type)
                      .thenComparing(PageEncodingStats::getEncoding));
        }
      }
    }
    if (file.isSetKey_value_metadata()) {
      file.getKey_value_metadata().sort(Comparator.comparing(KeyValue::getKey));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(footer.length);
    Util.writeFileMetaData(file, bytes);
    return bytes.toByteArray();
  }
}
