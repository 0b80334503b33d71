package org.radllama.train.gguf;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The key-value pairs at the head of a file, in the order they are put. A key has segments of small
 * letters, digits and underscores with points between; each occurs once.
 */
public final class GgufMetadata {
  private static final Pattern KEY = Pattern.compile("[a-z0-9_]+(\\.[a-z0-9_]+)*");
  private static final int LONGEST_KEY = 65535;
  private static final int ARRAY = 9;

  /** The numbers of the value types that are written here. */
  private enum Type {
    UINT32(4),
    INT32(5),
    FLOAT32(6),
    BOOL(7),
    STRING(8);

    private final int number;

    Type(int number) {
      this.number = number;
    }
  }

  /** Writes the value or the elements. */
  @FunctionalInterface
  private interface Content {
    void write(LittleEndian out) throws IOException;
  }

  private record Value(Type type, int elements, Content content) {
    static final int SCALAR = -1;

    void write(LittleEndian out) throws IOException {
      if (elements != SCALAR) {
        out.int32(ARRAY);
      }
      out.int32(type.number);
      if (elements != SCALAR) {
        out.int64(elements);
      }
      content.write(out);
    }
  }

  private final Map<String, Value> values = new LinkedHashMap<>();

  /** A text. */
  public GgufMetadata string(String key, String value) {
    return put(key, Type.STRING, out -> out.string(value));
  }

  /** An unsigned 32-bit number, here one of at most 31 bits. */
  public GgufMetadata uint32(String key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %d, must not be negative", key, value));
    }
    return put(key, Type.UINT32, out -> out.int32(value));
  }

  /** A 32-bit floating-point number. */
  public GgufMetadata float32(String key, double value) {
    return put(key, Type.FLOAT32, out -> out.float32((float) value));
  }

  /** A truth value, one byte. */
  public GgufMetadata bool(String key, boolean value) {
    return put(key, Type.BOOL, out -> out.int8(value ? 1 : 0));
  }

  /** An array of texts. */
  public GgufMetadata strings(String key, List<String> elements) {
    return array(key, Type.STRING, elements, LittleEndian::string);
  }

  /** An array of 32-bit floating-point numbers. */
  public GgufMetadata float32s(String key, List<Float> elements) {
    return array(key, Type.FLOAT32, elements, LittleEndian::float32);
  }

  /** An array of signed 32-bit numbers. */
  public GgufMetadata int32s(String key, List<Integer> elements) {
    return array(key, Type.INT32, elements, LittleEndian::int32);
  }

  /** Writes one element of an array. */
  @FunctionalInterface
  private interface Element<T> {
    void write(LittleEndian out, T element) throws IOException;
  }

  private <T> GgufMetadata array(String key, Type type, List<T> elements, Element<T> each) {
    Content content =
        out -> {
          for (T element : elements) {
            each.write(out, element);
          }
        };
    return put(key, new Value(type, elements.size(), content));
  }

  private GgufMetadata put(String key, Type type, Content content) {
    return put(key, new Value(type, Value.SCALAR, content));
  }

  private GgufMetadata put(String key, Value value) {
    if (!KEY.matcher(key).matches() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException("not a key of the format: " + key);
    }
    if (values.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("two values for " + key);
    }
    return this;
  }

  /** Number of pairs. */
  int size() {
    return values.size();
  }

  void write(LittleEndian out) throws IOException {
    for (Map.Entry<String, Value> pair : values.entrySet()) {
      out.string(pair.getKey());
      pair.getValue().write(out);
    }
  }
}
