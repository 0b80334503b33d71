package org.radllama.train.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The format's scalars, one after the other, with a count of the bytes so far. */
final class LittleEndian {
  private final OutputStream out;
  private final ByteBuffer scalar = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long position;

  LittleEndian(OutputStream out) {
    this.out = out;
  }

  /** Bytes written. */
  long position() {
    return position;
  }

  void bytes(byte[] bytes, int count) throws IOException {
    out.write(bytes, 0, count);
    position += count;
  }

  void int8(int value) throws IOException {
    out.write(value);
    position++;
  }

  void int32(int value) throws IOException {
    scalar.putInt(0, value);
    bytes(scalar.array(), Integer.BYTES);
  }

  void int64(long value) throws IOException {
    scalar.putLong(0, value);
    bytes(scalar.array(), Long.BYTES);
  }

  void float32(float value) throws IOException {
    int32(Float.floatToRawIntBits(value));
  }

  /** Length in bytes, then UTF-8 without an end mark. */
  void string(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(utf8.length);
    bytes(utf8, utf8.length);
  }

  /** Zeros up to the next multiple. */
  void pad(int alignment) throws IOException {
    while (position % alignment != 0) {
      int8(0);
    }
  }
}
