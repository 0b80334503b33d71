package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One message in Protocol Buffers' wire format, which is a sequence of tagged fields. Nothing in it
 * is trusted: every length is checked against the bytes that are there.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final Map<Integer, List<Value>> fields = new HashMap<>();

  /**
   * One occurrence of a field.
   *
   * @param number what a varint says, else 0
   * @param bytes those of anything else, without a copy
   */
  private record Value(int wire, long number, ByteBuffer bytes) {}

  /** A message that does not follow the format; the message says why, never what it holds. */
  static final class Malformed extends RuntimeException {
    Malformed(String message) {
      super(message);
    }
  }

  /** The message whose fields stand in these parts, one after the other. */
  ProtobufMessage(List<ByteBuffer> parts) {
    parts.forEach(part -> read(part.slice()));
  }

  private void read(ByteBuffer in) {
    int field = 0;
    while (in.hasRemaining()) {
      long tag = varint(in, field);
      field = (int) (tag >>> 3);
      if (tag >>> 32 != 0 || field == 0) {
        throw new Malformed("a field has the impossible tag " + tag);
      }
      Value value = value(in, field, (int) tag & 7);
      fields.computeIfAbsent(field, f -> new ArrayList<>(1)).add(value);
    }
  }

  private static Value value(ByteBuffer in, int field, int wire) {
    return switch (wire) {
      case VARINT -> new Value(wire, varint(in, field), null);
      case FIXED64 -> new Value(wire, 0, take(in, field, Long.BYTES));
      case LENGTH -> new Value(wire, 0, take(in, field, varint(in, field)));
      case FIXED32 -> new Value(wire, 0, take(in, field, Float.BYTES));
      default -> throw new Malformed(format("field %d has the wire type %d", field, wire));
    };
  }

  private static long varint(ByteBuffer in, int field) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = take(in, field, 1).get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new Malformed("a number takes more than ten bytes");
  }

  private static ByteBuffer take(ByteBuffer in, int field, long length) {
    if (length < 0 || length > in.remaining()) {
      throw new Malformed(
          format(
              "field %d wants %s bytes where %d are left",
              field, Long.toUnsignedString(length), in.remaining()));
    }
    ByteBuffer part = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return part;
  }

  /** Every occurrence of a field. */
  private List<Value> all(int field, int wire) {
    List<Value> values = fields.getOrDefault(field, List.of());
    for (Value value : values) {
      if (value.wire != wire) {
        throw new Malformed(
            format("field %d has the wire type %d, must be %d", field, value.wire, wire));
      }
    }
    return values;
  }

  /** Of a field that occurs more than once the last one counts. */
  private Optional<Value> last(int field, int wire) {
    List<Value> values = all(field, wire);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
  }

  /** A number of up to 32 bits, such as an enum's. */
  int integer(int field, int absent) {
    return last(field, VARINT).map(v -> (int) v.number).orElse(absent);
  }

  boolean bool(int field, boolean absent) {
    return last(field, VARINT).map(v -> v.number != 0).orElse(absent);
  }

  /** A number, 0 where it is absent. */
  float float32(int field) {
    return last(field, FIXED32)
        .map(v -> v.bytes.order(ByteOrder.LITTLE_ENDIAN).getFloat(0))
        .orElse(0f);
  }

  /** Bytes without a copy, none where they are absent. */
  ByteBuffer bytes(int field) {
    return last(field, LENGTH).map(v -> v.bytes.slice()).orElse(ByteBuffer.allocate(0));
  }

  String string(int field, String absent) {
    try {
      return fields.containsKey(field)
          ? StandardCharsets.UTF_8.newDecoder().decode(bytes(field)).toString()
          : absent;
    } catch (CharacterCodingException e) {
      throw new Malformed(format("the text of field %d is not UTF-8", field));
    }
  }

  /** The one message of a field, empty where it is absent. */
  ProtobufMessage message(int field) {
    return new ProtobufMessage(all(field, LENGTH).stream().map(Value::bytes).toList());
  }

  /** The messages of a field that may occur often, each read when the stream comes to it. */
  Stream<ProtobufMessage> messages(int field) {
    return all(field, LENGTH).stream().map(v -> new ProtobufMessage(List.of(v.bytes)));
  }
}
