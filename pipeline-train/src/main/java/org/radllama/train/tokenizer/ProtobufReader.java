package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Reads one message in Protocol Buffers' wire format, which is a sequence of tagged fields. Nothing
 * in it is trusted: every length is checked against the bytes that are there.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private int wire;

  ProtobufReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A message that does not follow the format; the message says why, never what it holds. */
  static final class Malformed extends RuntimeException {
    Malformed(String message) {
      super(message);
    }
  }

  /** Goes to the next field and returns its number, or 0 at the end. */
  int next() {
    if (!bytes.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wire = (int) tag & 7;
    if (tag >>> 32 != 0 || field == 0) {
      throw new Malformed("a field has the impossible tag " + tag);
    }
    return field;
  }

  /** The field's value as a number of up to 32 bits, such as an enum's. */
  int integer() {
    expect(VARINT);
    return (int) varint();
  }

  boolean bool() {
    expect(VARINT);
    return varint() != 0;
  }

  float float32() {
    expect(FIXED32);
    require(Float.BYTES);
    return bytes.getFloat();
  }

  /** The field's bytes, without a copy. */
  ByteBuffer bytes() {
    expect(LENGTH);
    return take(varint());
  }

  String string() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes()).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed(format("the text of field %d is not UTF-8", field));
    }
  }

  /** Passes over a field that nobody asked for. */
  void skip() {
    switch (wire) {
      case VARINT -> varint();
      case FIXED64 -> take(Long.BYTES);
      case LENGTH -> take(varint());
      case FIXED32 -> take(Float.BYTES);
      default -> throw new Malformed(format("field %d has the wire type %d", field, wire));
    }
  }

  private void expect(int wanted) {
    if (wire != wanted) {
      throw new Malformed(format("field %d has the wire type %d, must be %d", field, wire, wanted));
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      require(1);
      byte b = bytes.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new Malformed("a number takes more than ten bytes");
  }

  private ByteBuffer take(long length) {
    require(length);
    ByteBuffer part = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private void require(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw new Malformed(
          format(
              "field %d wants %s bytes where %d are left",
              field, Long.toUnsignedString(length), bytes.remaining()));
    }
  }
}
