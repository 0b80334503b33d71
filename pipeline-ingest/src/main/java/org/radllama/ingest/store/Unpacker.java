package org.radllama.ingest.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link Packer} wrote. */
final class Unpacker {
  private final ByteBuffer bytes;

  Unpacker(byte[] packed) {
    this.bytes = ByteBuffer.wrap(packed);
  }

  long number() {
    return bytes.getLong();
  }

  int integer() {
    return bytes.getInt();
  }

  String text() {
    int length = bytes.getInt();
    String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
    bytes.position(bytes.position() + length);
    return text;
  }
}
