package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Recognises files by their first bytes, and unpacks gzip and zstd up to a limit. */
public final class Packed {
  private static final int BUFFER = 1 << 16;
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  private Packed() {}

  /** What a file is by its first bytes. */
  public enum Format {
    ZIP,
    /** Tar, packed or not. */
    TAR,
    OTHER
  }

  /** A packed file unpacks to more than is allowed. */
  public static final class TooMuch extends IOException {
    TooMuch(long max) {
      super(format("unpacks to more than %d bytes (read.max-archive-bytes)", max));
    }
  }

  /** Why a file could not be read, as it may be printed: messages of others may quote it. */
  public static String why(IOException e) {
    return e instanceof TooMuch ? e.getMessage() : e.getClass().getSimpleName();
  }

  /** Whether it was what the file holds that could not be read, not the file. */
  public static boolean isDamage(IOException e) {
    return e instanceof TooMuch
        || e instanceof EOFException
        || e instanceof ZipException
        || e instanceof ZstdIOException
        || e instanceof CharConversionException;
  }

  /** Looks at the first bytes and closes the stream. */
  public static Format formatOf(InputStream in, long maxBytes) throws IOException {
    try (InputStream plain = unpacked(in, maxBytes)) {
      byte[] head = plain.readNBytes(TarArchive.BLOCK);
      String magic = new String(head, StandardCharsets.ISO_8859_1);
      if (magic.startsWith("PK\003\004") || magic.startsWith("PK\005\006")) {
        return Format.ZIP;
      }
      return TarArchive.isHeader(head) ? Format.TAR : Format.OTHER;
    }
  }

  /**
   * The content of a file, unpacked where it is gzip or zstd. What is damaged fails when it is
   * read.
   *
   * @param maxBytes where unpacking stops with {@link TooMuch}
   */
  public static InputStream unpacked(InputStream in, long maxBytes) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, BUFFER);
    try {
      buffered.mark(ZSTD.length);
      byte[] head = buffered.readNBytes(ZSTD.length);
      buffered.reset();
      InputStream plain = null;
      if (head.length >= 2 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
        plain = new GZIPInputStream(buffered, BUFFER);
      } else if (Arrays.equals(head, ZSTD)) {
        plain = new ZstdInputStreamNoFinalizer(buffered);
      }
      return plain == null
          ? buffered
          : new BufferedInputStream(new Limited(plain, maxBytes), BUFFER);
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Counts what comes through. */
  private static final class Limited extends FilterInputStream {
    private final long max;
    private long count;

    Limited(InputStream in, long max) {
      super(in);
      this.max = max;
    }

    @Override
    public int read() throws IOException {
      int c = super.read();
      count(c < 0 ? 0 : 1);
      return c;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int n = super.read(buffer, from, length);
      count(Math.max(n, 0));
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      long n = super.skip(bytes);
      count(n);
      return n;
    }

    private void count(long bytes) throws IOException {
      count += bytes;
      if (count > max) {
        throw new TooMuch(max);
      }
    }
  }
}
