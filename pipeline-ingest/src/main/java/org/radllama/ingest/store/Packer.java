package org.radllama.ingest.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.radllama.ingest.record.Version;

/** Numbers and texts one after another in bytes; {@link Unpacker} reads them. */
final class Packer {
  private ByteBuffer bytes = ByteBuffer.allocate(1024);

  Packer number(long value) {
    room(Long.BYTES).putLong(value);
    return this;
  }

  Packer integer(int value) {
    room(Integer.BYTES).putInt(value);
    return this;
  }

  /** A constant by its place among those of its type: the bytes never leave the job. */
  @SuppressWarnings("EnumOrdinal")
  Packer constant(Enum<?> value) {
    return integer(value.ordinal());
  }

  Packer version(Version value) {
    constant(value.status());
    boolean dated = !value.equals(Version.of(value.status()));
    integer(dated ? 1 : 0);
    return dated ? number(value.updated()).number(value.number()).number(value.issued()) : this;
  }

  Packer text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    integer(utf8.length);
    room(utf8.length).put(utf8);
    return this;
  }

  byte[] pack() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int size = Math.addExact(bytes.position(), more);
      int doubled = (int) Math.min(bytes.capacity() * 2L, 1 << 30);
      bytes = ByteBuffer.allocate(Math.max(size, doubled)).put(bytes.flip());
    }
    return bytes;
  }
}
