package org.radllama.ingest.format;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.apache.commons.compress.utils.ArchiveUtils;

/**
 * A tar archive read from its beginning: the formats v7, ustar, GNU (long names, large sizes) and
 * pax (path, size). Headers are bounded, and of pax records only those two are looked at: the
 * library at hand, of which only the numbers and checksums are used, can be made to work for hours
 * by the others.
 */
public final class TarArchive implements Closeable {
  static final int BLOCK = 512;
  private static final int MAX_HEADER = 1 << 16;

  private final InputStream in;
  private final byte[] block = new byte[BLOCK];
  private long left;
  private long padding;

  public TarArchive(InputStream in) {
    this.in = in;
  }

  /** What an entry is. */
  public enum Type {
    FILE,
    FOLDER,
    /** A link, device, sparse file or anything else. */
    OTHER
  }

  /** An entry. */
  public record Entry(String name, Type type, long size) {}

  /** Whether a block is a tar header. */
  static boolean isHeader(byte[] block) {
    if (block.length < BLOCK || block[0] == 0) {
      return false;
    }
    try {
      return TarUtils.verifyCheckSum(block);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The next entry, or null behind the last. What is left of the one before is passed over.
   *
   * @throws IOException when the archive is damaged or ends early
   */
  public Entry next() throws IOException {
    String longName = null;
    long longSize = -1;
    while (true) {
      skip(left + padding);
      readBlock();
      if (ArchiveUtils.isArrayZero(block, BLOCK)) {
        drain();
        return null;
      }
      if (!isHeader(block)) {
        throw new IOException("not a tar header");
      }
      char type = (char) (block[156] & 0xff);
      long size = number(block, 124, 12);
      if (type != 'L' && type != 'x' && type != 'g' && type != 'K' && type != 'X') {
        Entry entry =
            entry(longName == null ? headerName() : longName, type, longSize < 0 ? size : longSize);
        begin(entry.size());
        return entry;
      }
      begin(size);
      if (type == 'L') {
        longName = text(special(size));
      } else if (type == 'x' || type == 'X') {
        byte[] records = special(size);
        String path = pax(records, "path");
        longName = path == null ? longName : path;
        String paxSize = pax(records, "size");
        longSize = paxSize == null ? longSize : paxNumber(paxSize);
      }
    }
  }

  private static Entry entry(String name, char type, long size) {
    boolean file = type == '0' || type == 0 || type == '7';
    if (type == '5' || (file && name.endsWith("/"))) {
      return new Entry(name, Type.FOLDER, size);
    }
    // Links and devices have no content, whatever their header says.
    boolean empty = type >= '1' && type <= '6';
    return new Entry(name, file ? Type.FILE : Type.OTHER, empty ? 0 : size);
  }

  private void begin(long size) throws IOException {
    if (size < 0) {
      throw new IOException("a size below zero");
    }
    left = size;
    padding = (BLOCK - size % BLOCK) % BLOCK;
  }

  /** The entry's content, cut behind {@code max + 1} bytes. */
  public byte[] read(int max) throws IOException {
    int length = (int) Math.min(left, max + 1L);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the archive ends early");
    }
    left -= length;
    return bytes;
  }

  private byte[] special(long size) throws IOException {
    if (size > MAX_HEADER) {
      throw new IOException("a header of " + size + " bytes");
    }
    return read(MAX_HEADER);
  }

  private String headerName() {
    String name = text(Arrays.copyOfRange(block, 0, 100));
    boolean ustar = block[257] == 'u' && block[258] == 's' && block[262] == 0;
    String prefix = ustar ? text(Arrays.copyOfRange(block, 345, 500)) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** The value of a pax record, {@code LENGTH KEY=VALUE\n}, or null. */
  private static String pax(byte[] records, String key) throws IOException {
    String found = null;
    int at = 0;
    while (at < records.length && records[at] != 0) {
      int blank = at;
      int length = 0;
      while (blank < records.length && records[blank] >= '0' && records[blank] <= '9') {
        length = Math.min(length * 10 + records[blank++] - '0', MAX_HEADER + 1);
      }
      if (blank == records.length
          || records[blank] != ' '
          || length > records.length - at
          || length <= blank - at + 1) {
        throw new IOException("a damaged pax header");
      }
      String record =
          new String(records, blank + 1, at + length - blank - 2, StandardCharsets.UTF_8);
      if (record.startsWith(key + "=")) {
        found = record.substring(key.length() + 1);
      }
      at += length;
    }
    return found;
  }

  private static long paxNumber(String digits) throws IOException {
    if (!digits.matches("[0-9]{1,18}")) {
      throw new IOException("a damaged pax header");
    }
    return Long.parseLong(digits);
  }

  /** An octal number between blanks or NULs, or GNU's base 256. */
  private static long number(byte[] block, int from, int length) throws IOException {
    try {
      return TarUtils.parseOctalOrBinary(block, from, length);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a number");
    }
  }

  private void readBlock() throws IOException {
    if (in.readNBytes(block, 0, BLOCK) < BLOCK) {
      throw new EOFException("the archive ends early");
    }
  }

  private void skip(long bytes) throws IOException {
    in.skipNBytes(bytes);
    left = 0;
    padding = 0;
  }

  /** To the end, where the checksum of a gzip around it is; nothing may follow but zeros. */
  private void drain() throws IOException {
    byte[] buffer = new byte[1 << 13];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      for (int i = 0; i < n; i++) {
        if (buffer[i] != 0) {
          throw new IOException("more behind the end of the archive");
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
