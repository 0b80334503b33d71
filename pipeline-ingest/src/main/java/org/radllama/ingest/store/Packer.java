package org.radllama.ingest.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers and texts one after another in bytes; {@link Unpacker} reads them. */
final class Packer {
  private byte[] bytes = new byte[1024];
  private int size;

  Packer number(long value) {
    reserve(Long.BYTES);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  Packer integer(int value) {
    reserve(Integer.BYTES);
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes[size++] = (byte) (value >>> shift);
    }
    return this;
  }

  /** A constant by its place among those of its type: the bytes never leave the job. */
  @SuppressWarnings("EnumOrdinal")
  Packer constant(Enum<?> value) {
    return integer(value.ordinal());
  }

  Packer text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    integer(utf8.length);
    reserve(utf8.length);
    System.arraycopy(utf8, 0, bytes, size, utf8.length);
    size += utf8.length;
    return this;
  }

  byte[] pack() {
    return Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (size + more > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, Math.max(size + more, (int) Math.min(bytes.length * 2L, 1 << 30)));
    }
  }
}
