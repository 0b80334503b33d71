package org.radllama.ingest.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.radllama.ingest.record.ReportStatus;
import org.radllama.ingest.record.Version;

/** Reads what {@link Packer} wrote. */
final class Unpacker {
  private static final ReportStatus[] STATUSES = ReportStatus.values();

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

  Version version() {
    ReportStatus status = STATUSES[integer()];
    return integer() == 0 ? Version.of(status) : new Version(status, number(), number(), number());
  }

  String text() {
    int length = bytes.getInt();
    String text = new String(bytes.array(), bytes.position(), length, StandardCharsets.UTF_8);
    bytes.position(bytes.position() + length);
    return text;
  }
}
