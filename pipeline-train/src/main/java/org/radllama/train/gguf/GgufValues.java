package org.radllama.train.gguf;

import static org.radllama.text.Format.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.failure.BadInputException;
import org.radllama.train.safetensors.BadFile;

/**
 * The key-value pairs of a file, asked for by type. Every method throws a {@link BadInputException}
 * that names the key when its value is of another type.
 */
public final class GgufValues {
  private final BadFile bad;
  private final Map<String, Object> values;

  GgufValues(BadFile bad, Map<String, Object> values) {
    this.bad = bad;
    this.values = values;
  }

  /** A text. */
  public Optional<String> text(String key) {
    return value(key, String.class, "a text");
  }

  /** A truth value. */
  public Optional<Boolean> flag(String key) {
    return value(key, Boolean.class, "true or false");
  }

  /** A number, with a fraction or without. */
  public Optional<Double> number(String key) {
    return value(key, Number.class, "a number").map(Number::doubleValue);
  }

  /** A whole number from 0 to 2^31 - 1. */
  public Optional<Integer> whole(String key) {
    Optional<Long> whole = value(key, Long.class, "one whole number");
    if (whole.isPresent() && (whole.get() < 0 || whole.get() > Integer.MAX_VALUE)) {
      throw bad.because(format("%s is %d, must be 0 to 2^31-1", key, whole.get()));
    }
    return whole.map(Long::intValue);
  }

  /** The same, where the file must have it, and positive. */
  public int size(String key) {
    int size = whole(key).orElseThrow(() -> bad.because(key + " is missing"));
    if (size == 0) {
      throw bad.because(key + " is 0");
    }
    return size;
  }

  /** A list of texts, empty when there is none. */
  public List<String> texts(String key) {
    return value(key, HeaderReader.Texts.class, "a list of texts")
        .map(HeaderReader.Texts::list)
        .orElse(List.of());
  }

  /** A list of whole numbers, empty when there is none. */
  public long[] wholes(String key) {
    return value(key, long[].class, "a list of whole numbers").orElse(new long[0]);
  }

  /** A list of numbers, empty when there is none. */
  public float[] numbers(String key) {
    return value(key, float[].class, "a list of numbers").orElse(new float[0]);
  }

  /** Whether there is such a key. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  private <T> Optional<T> value(String key, Class<T> type, String expected) {
    Object value = values.get(key);
    if (value != null && !type.isInstance(value)) {
      throw bad.because("%s is not %s".formatted(key, expected));
    }
    return Optional.ofNullable(value).map(type::cast);
  }
}
