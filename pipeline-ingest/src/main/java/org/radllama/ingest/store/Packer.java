package org.radllama.ingest.store;

import com.esotericsoftware.kryo.io.Output;
import java.nio.charset.StandardCharsets;

/** Numbers and texts one after another in bytes; {@link Unpacker} reads them. */
final class Packer {
  private final Output bytes = new Output(1024, -1);

  Packer number(long value) {
    bytes.writeLong(value);
    return this;
  }

  Packer integer(int value) {
    bytes.writeInt(value);
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
    bytes.writeBytes(utf8);
    return this;
  }

  byte[] pack() {
    return bytes.toBytes();
  }
}
