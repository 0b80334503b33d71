package org.radllama.train.gguf;

import static org.radllama.text.Format.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The key-value pairs at the head of a file, in the order they are put. A key has segments of small
 * letters, digits and underscores with points between; each occurs once.
 */
public final class GgufMetadata {
  private static final Pattern KEY = Pattern.compile("[a-z0-9_]+(\\.[a-z0-9_]+)*");
  private static final int LONGEST_KEY = 65535;

  // The numbers of the value types that are written here.
  private static final int UINT32 = 4;
  private static final int INT32 = 5;
  private static final int FLOAT32 = 6;
  private static final int BOOL = 7;
  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final Set<String> keys = new HashSet<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LittleEndian pairs = new LittleEndian(bytes);

  /** Writes a value, or an element of one. */
  @FunctionalInterface
  private interface Content<T> {
    void write(LittleEndian out, T value) throws IOException;
  }

  /** A text. */
  public GgufMetadata string(String key, String value) {
    return put(key, STRING, LittleEndian::string, value);
  }

  /** An unsigned 32-bit number, here one of at most 31 bits. */
  public GgufMetadata uint32(String key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(format("%s is %d, must not be negative", key, value));
    }
    return put(key, UINT32, LittleEndian::int32, value);
  }

  /** A 32-bit floating-point number. */
  public GgufMetadata float32(String key, double value) {
    return put(key, FLOAT32, LittleEndian::float32, (float) value);
  }

  /** A truth value, one byte. */
  public GgufMetadata bool(String key, boolean value) {
    return put(key, BOOL, LittleEndian::int8, value ? 1 : 0);
  }

  /** An array of texts. */
  public GgufMetadata strings(String key, List<String> elements) {
    return array(key, STRING, LittleEndian::string, elements);
  }

  /** An array of 32-bit floating-point numbers. */
  public GgufMetadata float32s(String key, List<Float> elements) {
    return array(key, FLOAT32, LittleEndian::float32, elements);
  }

  /** An array of signed 32-bit numbers. */
  public GgufMetadata int32s(String key, List<Integer> elements) {
    return array(key, INT32, LittleEndian::int32, elements);
  }

  private <T> GgufMetadata array(String key, int type, Content<T> each, List<T> elements) {
    Content<List<T>> content =
        (out, all) -> {
          out.int32(type);
          out.int64(all.size());
          for (T element : all) {
            each.write(out, element);
          }
        };
    return put(key, ARRAY, content, elements);
  }

  private <T> GgufMetadata put(String key, int type, Content<T> content, T value) {
    if (!KEY.matcher(key).matches() || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException("not a key of the format: " + key);
    }
    if (!keys.add(key)) {
      throw new IllegalArgumentException("two values for " + key);
    }
    try {
      pairs.string(key);
      pairs.int32(type);
      content.write(pairs, value);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory", e);
    }
  }

  /** Number of pairs. */
  int size() {
    return keys.size();
  }

  void write(LittleEndian out) throws IOException {
    out.bytes(bytes.toByteArray(), bytes.size());
  }
}
