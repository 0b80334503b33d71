package org.radllama.train.gguf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small reader of GGUF version 3, written from the specification and not from the writer. Values
 * come as Long (uint32), Integer (int32), Float, Boolean, String and List of these. It refuses what
 * the specification forbids: other versions, unknown types, places that overlap or are not aligned,
 * padding that is not zero, bytes behind the last tensor.
 */
public final class GgufFile {
  /** A tensor: dimensions with the row's length first, the type's number, its bytes. */
  public record Tensor(List<Long> dimensions, int type, long offset, ByteBuffer bytes) {}

  private final ByteBuffer in;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  private GgufFile(ByteBuffer in) {
    this.in = in;
  }

  public static GgufFile read(Path file) throws IOException {
    GgufFile read =
        new GgufFile(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    read.parse();
    return read;
  }

  public Map<String, Object> metadata() {
    return metadata;
  }

  public Map<String, Tensor> tensors() {
    return tensors;
  }

  private void parse() {
    require(in.getInt() == 0x46554747, "magic");
    require(in.getInt() == 3, "version");
    long tensorCount = in.getLong();
    long pairs = in.getLong();
    for (long i = 0; i < pairs; i++) {
      String key = string();
      require(key.matches("[a-z0-9_]+(\\.[a-z0-9_]+)*"), "key " + key);
      require(metadata.put(key, value(in.getInt())) == null, "two values of " + key);
    }
    int alignment = ((Long) metadata.getOrDefault("general.alignment", 32L)).intValue();
    require(alignment > 0 && alignment % 8 == 0, "alignment " + alignment);
    Map<String, Tensor> places = new LinkedHashMap<>();
    for (long i = 0; i < tensorCount; i++) {
      String name = string();
      require(name.getBytes(StandardCharsets.UTF_8).length < 64, "name " + name);
      int dimensions = in.getInt();
      require(dimensions >= 1 && dimensions <= 4, "dimensions of " + name);
      List<Long> shape = new ArrayList<>();
      for (int d = 0; d < dimensions; d++) {
        shape.add(in.getLong());
      }
      Tensor place = new Tensor(shape, in.getInt(), in.getLong(), null);
      require(places.put(name, place) == null, "two tensors " + name);
    }
    zeros(aligned(in.position(), alignment));
    data(places, in.position(), alignment);
  }

  private void data(Map<String, Tensor> places, int start, int alignment) {
    for (Map.Entry<String, Tensor> place : places.entrySet()) {
      Tensor t = place.getValue();
      require(t.offset == in.position() - start, "place of " + place.getKey());
      require(t.offset % alignment == 0, "alignment of " + place.getKey());
      int size = (int) size(t);
      ByteBuffer bytes = in.slice(in.position(), size).order(ByteOrder.LITTLE_ENDIAN);
      in.position(in.position() + size);
      zeros(aligned(in.position(), alignment));
      tensors.put(place.getKey(), new Tensor(t.dimensions, t.type, t.offset, bytes));
    }
    require(!in.hasRemaining(), "bytes behind the last tensor");
  }

  private static long size(Tensor t) {
    long elements = t.dimensions.stream().reduce(1L, (a, b) -> a * b);
    return switch (t.type) {
      case 0 -> 4 * elements;
      case 1, 30 -> 2 * elements;
      case 8 -> {
        require(t.dimensions.get(0) % 32 == 0, "blocks");
        yield elements / 32 * 34;
      }
      default -> throw new IllegalStateException("type " + t.type);
    };
  }

  private static int aligned(int position, int alignment) {
    return position + (alignment - position % alignment) % alignment;
  }

  private void zeros(int until) {
    while (in.position() < until) {
      require(in.get() == 0, "padding");
    }
  }

  private Object value(int type) {
    return switch (type) {
      case 4 -> Integer.toUnsignedLong(in.getInt());
      case 5 -> in.getInt();
      case 6 -> in.getFloat();
      case 7 -> {
        byte b = in.get();
        require(b == 0 || b == 1, "bool");
        yield b == 1;
      }
      case 8 -> string();
      case 9 -> {
        int element = in.getInt();
        long count = in.getLong();
        List<Object> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          list.add(value(element));
        }
        yield list;
      }
      default -> throw new IllegalStateException("value type " + type);
    };
  }

  private String string() {
    byte[] utf8 = new byte[Math.toIntExact(in.getLong())];
    in.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** A tensor's elements as they would be computed with, row by row. */
  public float[] floats(String name) {
    Tensor t = tensors.get(name);
    int count = Math.toIntExact(t.dimensions.stream().reduce(1L, (a, b) -> a * b));
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (t.type) {
            case 0 -> t.bytes.getFloat(4 * i);
            case 1 -> half(t.bytes.getShort(2 * i));
            case 30 -> Float.intBitsToFloat(t.bytes.getShort(2 * i) << 16);
            default -> t.bytes.get(i / 32 * 34 + 2 + i % 32) * half(t.bytes.getShort(i / 32 * 34));
          };
    }
    return values;
  }

  /** IEEE 754 binary16 by its definition. */
  static float half(short bits) {
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    double size =
        exponent == 31
            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
            : exponent == 0
                ? fraction * 0x1p-24
                : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
    return (float) (bits < 0 ? -size : size);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("not a GGUF file: " + what);
    }
  }
}
