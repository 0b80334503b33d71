package org.radllama.ingest.format;

import java.io.Serializable;

/**
 * A file in a zip archive, as the archive's directory has it.
 *
 * @param name with {@code /} between folders
 * @param offset of its local header
 * @param compressed bytes it takes
 * @param size bytes it unpacks to
 * @param method 0 stored, 8 deflated
 * @param crc CRC-32 of the unpacked bytes
 * @param flags the format's general purpose flags
 * @param unixMode file type and permissions, 0 where the archive has none
 */
public record ZipMember(
    String name,
    long offset,
    long compressed,
    long size,
    int method,
    long crc,
    int flags,
    int unixMode)
    implements Serializable {
  static final int STORED = 0;
  static final int DEFLATED = 8;
  private static final int HEADER = 30;
  private static final int ENCRYPTED = 1;
  private static final int TYPE = 0170000;
  private static final int REGULAR = 0100000;

  /** Behind the last of its bytes, extra fields of its own header not counted. */
  public long end() {
    long end = offset + HEADER + name.length() + compressed;
    return end < 0 ? Long.MAX_VALUE : end;
  }

  public boolean isFolder() {
    return name.endsWith("/");
  }

  /** Why it must not be read, or null. */
  public String problem() {
    if ((unixMode & TYPE) != 0 && (unixMode & TYPE) != REGULAR) {
      return "a link or another special file";
    }
    if ((flags & ENCRYPTED) != 0) {
      return "encrypted";
    }
    return method == STORED || method == DEFLATED ? null : "compression method " + method;
  }
}
