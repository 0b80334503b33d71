package org.radllama.ingest.format;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.run.RandomInput;

/**
 * A zip archive of small files, read in place (APPNOTE.TXT 6.3.10, ZIP64 included, since MIMIC-CXR
 * has more files than the old format counts). The directory is read once, on the driver; a task
 * opens a member by its offset alone. Nothing is unpacked beyond a given size, and what a member's
 * own header says must agree with the directory.
 */
public final class ZipArchive implements Closeable {
  private static final int END = 0x06054b50;
  private static final int END_LENGTH = 22;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_LENGTH = 20;
  private static final int END64 = 0x06064b50;
  private static final int END64_LENGTH = 56;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_LENGTH = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int EXTRA64 = 1;
  private static final int MADE_ON_UNIX = 3;
  private static final int MAX_COMMENT = 0xffff;
  private static final long MAX_DIRECTORY = 1L << 29;

  /** Deflate adds no more than this to what it cannot compress, by far. */
  private static final int SLACK = 1 << 12;

  private static final int WINDOW = 1 << 18;

  private final RandomInput in;
  private final Inflater inflater = new Inflater(true);
  private byte[] window = new byte[0];
  private long windowAt;
  private int windowLength;

  public ZipArchive(RandomInput in) {
    this.in = in;
  }

  /**
   * All members in the directory's order, folders included.
   *
   * @throws IOException when the directory is not whole
   */
  public List<ZipMember> members() throws IOException {
    ByteBuffer directory = directory();
    List<ZipMember> members = new ArrayList<>();
    while (directory.hasRemaining()) {
      require(directory.remaining() >= CENTRAL_LENGTH && directory.getInt() == CENTRAL);
      members.add(central(directory));
    }
    return members;
  }

  private ByteBuffer directory() throws IOException {
    long end = end();
    ByteBuffer record = at(end, END_LENGTH);
    require(record.getShort(4) == 0 && record.getShort(6) == 0);
    long size = record.getInt(12) & 0xffffffffL;
    long offset = record.getInt(16) & 0xffffffffL;
    long stop = end;
    if (end >= LOCATOR_LENGTH && at(end - LOCATOR_LENGTH, LOCATOR_LENGTH).getInt(0) == LOCATOR) {
      long end64 = at(end - LOCATOR_LENGTH, LOCATOR_LENGTH).getLong(8);
      require(end64 >= 0 && end64 <= end - LOCATOR_LENGTH - END64_LENGTH);
      ByteBuffer record64 = at(end64, END64_LENGTH);
      require(record64.getInt(0) == END64);
      size = record64.getLong(40);
      offset = record64.getLong(48);
      stop = end64;
    }
    require(size >= 0 && size <= MAX_DIRECTORY && offset >= 0 && offset == stop - size);
    byte[] bytes = new byte[(int) size];
    in.readFully(offset, bytes, bytes.length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Where the end record is: the last whose comment ends with the file. */
  private long end() throws IOException {
    int length = (int) Math.min(in.size(), END_LENGTH + MAX_COMMENT);
    require(length >= END_LENGTH);
    long from = in.size() - length;
    ByteBuffer tail = at(from, length);
    for (int i = length - END_LENGTH; i >= 0; i--) {
      if (tail.getInt(i) == END && (tail.getShort(i + 20) & 0xffff) == length - END_LENGTH - i) {
        return from + i;
      }
    }
    throw new IOException("no end of a zip archive");
  }

  private static ZipMember central(ByteBuffer in) throws IOException {
    int start = in.position() - 4;
    int madeOn = in.get(start + 5);
    long compressed = in.getInt(start + 20) & 0xffffffffL;
    long size = in.getInt(start + 24) & 0xffffffffL;
    int nameLength = in.getShort(start + 28) & 0xffff;
    int extraLength = in.getShort(start + 30) & 0xffff;
    int commentLength = in.getShort(start + 32) & 0xffff;
    long offset = in.getInt(start + 42) & 0xffffffffL;
    int unixMode = madeOn == MADE_ON_UNIX ? in.getInt(start + 38) >>> 16 : 0;
    require(in.limit() - start - CENTRAL_LENGTH >= nameLength + extraLength + commentLength);
    int extra = start + CENTRAL_LENGTH + nameLength;
    ByteBuffer wide = extra64(in, extra, extra + extraLength);
    size = wide(wide, size);
    compressed = wide(wide, compressed);
    offset = wide(wide, offset);
    in.position(extra + extraLength + commentLength);
    byte[] name = new byte[nameLength];
    in.get(start + CENTRAL_LENGTH, name);
    return new ZipMember(
        new String(name, StandardCharsets.UTF_8),
        offset,
        compressed,
        size,
        in.getShort(start + 10) & 0xffff,
        in.getInt(start + 16) & 0xffffffffL,
        in.getShort(start + 8) & 0xffff,
        unixMode);
  }

  /** The 64-bit values that stand in for those of all ones, in their order; empty without any. */
  private static ByteBuffer extra64(ByteBuffer in, int from, int to) throws IOException {
    int at = from;
    while (to - at >= 4) {
      int length = in.getShort(at + 2) & 0xffff;
      require(length <= to - at - 4);
      if ((in.getShort(at) & 0xffff) == EXTRA64) {
        return in.slice(at + 4, length).order(ByteOrder.LITTLE_ENDIAN);
      }
      at += 4 + length;
    }
    return ByteBuffer.allocate(0);
  }

  private static long wide(ByteBuffer wide, long value) throws IOException {
    if (value != 0xffffffffL) {
      return value;
    }
    require(wide.remaining() >= 8);
    long full = wide.getLong();
    require(full >= 0);
    return full;
  }

  /**
   * Unpacks a member.
   *
   * @param max the most bytes it may have
   */
  public Outcome<byte[]> read(ZipMember member, int max) {
    if (member.size() > max || member.compressed() > (long) max + SLACK) {
      return Outcome.rejected(Reason.TOO_LARGE, member.size() + " bytes (read.max-report-bytes)");
    }
    try {
      byte[] name = member.name().getBytes(StandardCharsets.UTF_8);
      int header = load(member.offset(), LOCAL_LENGTH);
      ByteBuffer local = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN);
      require(local.getInt(header) == LOCAL);
      require((local.getShort(header + 8) & 0xffff) == member.method());
      int nameLength = local.getShort(header + 26) & 0xffff;
      int extraLength = local.getShort(header + 28) & 0xffff;
      int at = load(member.offset() + LOCAL_LENGTH, nameLength);
      require(Arrays.equals(window, at, at + nameLength, name, 0, name.length));
      long data = member.offset() + LOCAL_LENGTH + nameLength + extraLength;
      byte[] bytes = unpack(member, data);
      CRC32 crc = new CRC32();
      crc.update(bytes);
      return crc.getValue() == member.crc()
          ? Outcome.kept(bytes)
          : Outcome.rejected(Reason.UNREADABLE, "its checksum differs");
    } catch (IOException | DataFormatException e) {
      return Outcome.rejected(Reason.UNREADABLE, "its entry in the archive is damaged");
    }
  }

  private byte[] unpack(ZipMember member, long data) throws IOException, DataFormatException {
    int at = load(data, (int) member.compressed());
    if (member.method() == ZipMember.STORED) {
      require(member.compressed() == member.size());
      return Arrays.copyOfRange(window, at, at + (int) member.size());
    }
    byte[] bytes = new byte[(int) member.size()];
    inflater.reset();
    inflater.setInput(window, at, (int) member.compressed());
    int done = 0;
    while (done < bytes.length && !inflater.finished()) {
      int n = inflater.inflate(bytes, done, bytes.length - done);
      require(n > 0 || inflater.finished());
      done += n;
    }
    require(done == bytes.length);
    // Not a byte more than the directory said.
    require(inflater.inflate(new byte[1]) == 0 && inflater.finished());
    return bytes;
  }

  /**
   * Brings bytes of the file into the window, where neighbours are likely to be next.
   *
   * @return where in the window they are
   */
  private int load(long position, int length) throws IOException {
    require(position >= 0 && position <= in.size() - length);
    if (position < windowAt || position + length > windowAt + windowLength) {
      int size = (int) Math.min(in.size() - position, Math.max(WINDOW, length));
      if (window.length < size) {
        window = new byte[size];
      }
      windowLength = 0;
      in.readFully(position, window, size);
      windowAt = position;
      windowLength = size;
    }
    return (int) (position - windowAt);
  }

  private ByteBuffer at(long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(position, bytes, length);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void require(boolean whole) throws IOException {
    if (!whole) {
      throw new IOException("the zip archive is damaged");
    }
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    in.close();
  }
}
