package org.radllama.train.gguf;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.train.safetensors.BadFile;

/**
 * Reads what stands before the tensors' data. Every count and length is checked against the bytes
 * that are left, and against limits far above those of any model, before memory is taken for it.
 */
final class HeaderReader {
  /** Longest header that is read; Llama 3's has 8 MB. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  /** Most elements of all lists together; Llama 3's vocabulary has half a million with merges. */
  private static final int MAX_ELEMENTS = 1 << 22;

  private static final int MAX_KEYS = 1 << 16;
  private static final int MAX_TENSORS = 1 << 17;
  private static final int MAX_NAME_BYTES = 1 << 16;
  private static final int MAX_TEXT_BYTES = 1 << 24;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MAX_ALIGNMENT = 1 << 24;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAGIC = 0x46554747;

  /** A list of texts; a class of its own, so that a value's type can be told. */
  record Texts(List<String> list) {}

  private final InputStream in;
  private final long length;
  private final BadFile bad;
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, GgufInfo> tensors = new LinkedHashMap<>();
  private long position;
  private int elements;

  private HeaderReader(InputStream in, long length, BadFile bad) {
    this.in = in;
    this.length = length;
    this.bad = bad;
  }

  /**
   * Reads a header.
   *
   * @param in buffered, at the file's beginning
   * @param length of the file, in bytes
   */
  static HeaderReader read(InputStream in, long length, BadFile bad) throws IOException {
    HeaderReader header = new HeaderReader(in, length, bad);
    header.read();
    return header;
  }

  Map<String, Object> values() {
    return values;
  }

  /** By name, in the file's order. */
  Map<String, GgufInfo> tensors() {
    return tensors;
  }

  private void read() throws IOException {
    if (length < Integer.BYTES || int32("magic number") != MAGIC) {
      throw bad.because("it does not begin with GGUF");
    }
    int version = int32("version");
    if (version != 2 && version != 3) {
      int swapped = Integer.reverseBytes(version);
      throw bad.because(
          swapped > 0 && swapped <= 3
              ? "it is big-endian, only little-endian files are read"
              : format("its version is %d, readable are 2 and 3", version));
    }
    long tensorCount = count("number of tensors", MAX_TENSORS);
    long keys = count("number of keys", MAX_KEYS);
    for (long i = 0; i < keys; i++) {
      pair();
    }
    for (long i = 0; i < tensorCount; i++) {
      info();
    }
    place();
  }

  private void pair() throws IOException {
    String key = string("key", MAX_NAME_BYTES);
    Object value = value(key, int32("type of a value"));
    if (values.put(key, value) != null) {
      throw bad.because("it has two values of " + BadFile.shown(key));
    }
  }

  private Object value(String key, int type) throws IOException {
    return switch (type) {
      case 6 -> decimal(Float.intBitsToFloat(int32(key)));
      case 7 -> bool(key);
      case 8 -> string(key, MAX_TEXT_BYTES);
      case 9 -> list(key, int32(key));
      case 12 -> Double.longBitsToDouble(int64(key));
      default -> whole(key, type);
    };
  }

  /** 1e-5f as 1e-5: what was meant by whoever wrote the file. */
  private static Double decimal(float value) {
    return Double.valueOf(Float.toString(value));
  }

  private long whole(String key, int type) throws IOException {
    return switch (type) {
      case 0 -> bytes(1, key).get() & 0xffL;
      case 1 -> bytes(1, key).get();
      case 2 -> bytes(Short.BYTES, key).getShort() & 0xffffL;
      case 3 -> bytes(Short.BYTES, key).getShort();
      case 4 -> Integer.toUnsignedLong(int32(key));
      case 5 -> int32(key);
      case 10, 11 -> int64(key);
      default ->
          throw bad.because(format("%s has a value of unknown type %d", BadFile.shown(key), type));
    };
  }

  private boolean bool(String key) throws IOException {
    byte value = bytes(1, key).get();
    if (value != 0 && value != 1) {
      throw bad.because(format("%s is the truth value %d", BadFile.shown(key), value));
    }
    return value == 1;
  }

  /** Bytes that a value takes at least. */
  private static long leastBytes(int type) {
    return switch (type) {
      case 2, 3 -> Short.BYTES;
      case 4, 5, 6 -> Integer.BYTES;
      case 8, 10, 11, 12 -> Long.BYTES;
      default -> 1;
    };
  }

  private Object list(String key, int type) throws IOException {
    int count = (int) count(key, MAX_ELEMENTS - elements);
    elements += count;
    if (count * leastBytes(type) > length - position) {
      throw bad.because(
          format(
              "%s is a list of %d, more than the %d bytes left hold",
              BadFile.shown(key), count, length - position));
    }
    switch (type) {
      case 6, 12 -> {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
          numbers[i] =
              type == 6
                  ? Float.intBitsToFloat(int32(key))
                  : (float) Double.longBitsToDouble(int64(key));
        }
        return numbers;
      }
      case 8 -> {
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          texts.add(string(key, MAX_TEXT_BYTES));
        }
        return new Texts(List.copyOf(texts));
      }
      case 9 -> throw bad.because(BadFile.shown(key) + " is a list of lists");
      default -> {
        long[] wholes = new long[count];
        for (int i = 0; i < count; i++) {
          wholes[i] = type == 7 ? (bool(key) ? 1 : 0) : whole(key, type);
        }
        return wholes;
      }
    }
  }

  /** Name, shape with the row's length first, type, place counted from the first data. */
  private void info() throws IOException {
    String name = string("name of a tensor", MAX_NAME_BYTES);
    int dimensions = int32(name);
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw bad.tensor(
          name,
          format(
              "it has %s dimensions, must have 1 to %d",
              Integer.toUnsignedString(dimensions), MAX_DIMENSIONS));
    }
    List<Long> shape = new ArrayList<>();
    for (int d = 0; d < dimensions; d++) {
      shape.add(0, int64(name));
    }
    int number = int32(name);
    GgufType type =
        GgufType.of(number)
            .orElseThrow(
                () ->
                    bad.tensor(
                        name,
                        "its type is %s, readable are %s"
                            .formatted(GgufType.name(number), List.of(GgufType.values()))));
    GgufInfo info = new GgufInfo(name, type, shape, int64(name));
    if (tensors.put(name, info) != null) {
      throw bad.tensor(name, "it occurs twice");
    }
  }

  /** Finds where the data begins, and checks that every tensor's is inside the file. */
  private void place() {
    int alignment = alignment();
    long start = (position + alignment - 1) / alignment * alignment;
    tensors.replaceAll((name, info) -> placed(info, start, alignment));
    List<GgufInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort((a, b) -> Long.compare(a.begin(), b.begin()));
    for (int i = 1; i < inOrder.size(); i++) {
      if (inOrder.get(i).begin() < inOrder.get(i - 1).end()) {
        throw bad.tensor(
            inOrder.get(i).name(), "it overlaps " + BadFile.shown(inOrder.get(i - 1).name()));
      }
    }
  }

  private GgufInfo placed(GgufInfo info, long start, int alignment) {
    long offset = info.begin();
    if (info.shape().stream().anyMatch(n -> n <= 0)) {
      throw bad.tensor(info.name(), "its shape is " + info.shape());
    }
    if (!info.type().fits(info.shape().get(info.shape().size() - 1))) {
      throw bad.tensor(
          info.name(),
          "its shape is %s, whose rows are no whole blocks of %s"
              .formatted(info.shape(), info.type()));
    }
    if (offset < 0 || offset % alignment != 0 || offset > length) {
      throw bad.tensor(
          info.name(),
          format(
              "its data begins at %s, must be a multiple of %d inside the file",
              Long.toUnsignedString(offset), alignment));
    }
    GgufInfo placed = new GgufInfo(info.name(), info.type(), info.shape(), start + offset);
    long end;
    try {
      end = placed.end();
    } catch (ArithmeticException e) {
      throw bad.tensor(info.name(), "its shape is " + info.shape());
    }
    if (end > length) {
      throw bad.tensor(info.name(), format("it ends at byte %d, the file has %d", end, length));
    }
    return placed;
  }

  private int alignment() {
    int alignment =
        new GgufValues(bad, values).whole(GgufWriter.ALIGNMENT_KEY).orElse(DEFAULT_ALIGNMENT);
    if (alignment < 1 || alignment > MAX_ALIGNMENT || alignment % 8 != 0) {
      throw bad.because(
          format("%s is %d, must be a multiple of 8", GgufWriter.ALIGNMENT_KEY, alignment));
    }
    return alignment;
  }

  private long count(String what, int most) throws IOException {
    long count = int64(what);
    if (count < 0 || count > most) {
      throw bad.because(
          format(
              "%s: %s, at most %d are supported",
              BadFile.shown(what), Long.toUnsignedString(count), most));
    }
    return count;
  }

  private String string(String what, int most) throws IOException {
    long size = int64(what);
    if (size < 0 || size > most) {
      throw bad.because(
          format("%s is a text of %s bytes", BadFile.shown(what), Long.toUnsignedString(size)));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes((int) size, what)).toString();
    } catch (CharacterCodingException e) {
      throw bad.because(BadFile.shown(what) + " is not UTF-8", e);
    }
  }

  private int int32(String what) throws IOException {
    return bytes(Integer.BYTES, what).getInt();
  }

  private long int64(String what) throws IOException {
    return bytes(Long.BYTES, what).getLong();
  }

  private ByteBuffer bytes(int count, String what) throws IOException {
    if (count > length - position) {
      throw bad.because(format("it ends after %d bytes, inside: %s", length, BadFile.shown(what)));
    }
    if (count > MAX_HEADER_BYTES - position) {
      throw bad.because(
          format(
              "its header has more than %d bytes, inside: %s",
              MAX_HEADER_BYTES, BadFile.shown(what)));
    }
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw bad.because("it became shorter while being read");
    }
    position += count;
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
