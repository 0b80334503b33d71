package org.radllama.train.safetensors;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The header's JSON, checked against the size of the buffer behind it. */
final class HeaderParser {
  static final String METADATA = "__metadata__";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // A header may hold a hundred megabytes of names that nobody asks for again.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final BadFile bad;
  private final List<TensorInfo> tensors = new ArrayList<>();

  private HeaderParser(BadFile bad) {
    this.bad = bad;
  }

  /** A header's tensors by name, in the order of their bytes. */
  static Map<String, TensorInfo> parse(byte[] json, long bufferBytes, BadFile bad) {
    HeaderParser parser = new HeaderParser(bad);
    parser.readText(parser.text(json));
    parser.tensors.sort(
        Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    parser.checkOffsets(bufferBytes);
    Map<String, TensorInfo> byName = new LinkedHashMap<>();
    parser.tensors.forEach(t -> byName.put(t.name(), t));
    return byName;
  }

  private String text(byte[] json) {
    if (json.length == 0 || json[0] != '{') {
      throw bad.because("its header does not begin with {");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
    } catch (CharacterCodingException e) {
      throw bad.because("its header is not UTF-8", e);
    }
  }

  private void readText(String text) {
    try (JsonParser in = FACTORY.createParser(text)) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String name = in.currentName();
        in.nextToken();
        if (name.equals(METADATA)) {
          checkMetadata(in);
        } else {
          tensors.add(readTensor(in, name));
        }
      }
      if (in.nextToken() != null) {
        throw bad.because("data after the JSON object in its header");
      }
    } catch (IOException e) {
      throw bad.because("its header is not valid JSON (or has a key twice)", e);
    }
  }

  private void checkMetadata(JsonParser in) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw bad.because("__metadata__ is not an object");
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      if (in.nextToken() != JsonToken.VALUE_STRING) {
        throw bad.because("__metadata__ has a value that is not a string");
      }
    }
  }

  private TensorInfo readTensor(JsonParser in, String name) throws IOException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw bad.tensor(name, "its entry is not an object");
    }
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String key = in.currentName();
      in.nextToken();
      switch (key) {
        case "dtype" -> dtype = in.getValueAsString();
        case "shape" -> shape = readNumbers(in, name, key);
        case "data_offsets" -> offsets = readNumbers(in, name, key);
        default -> in.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw bad.tensor(name, "it must have dtype, shape and two data_offsets");
    }
    String unknown = "its dtype is unknown: " + BadFile.shown(dtype);
    Dtype known = Dtype.of(dtype).orElseThrow(() -> bad.tensor(name, unknown));
    return new TensorInfo(name, known, shape, offsets.get(0), offsets.get(1));
  }

  private List<Long> readNumbers(JsonParser in, String name, String key) throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw bad.tensor(name, key + " is not a list");
    }
    List<Long> numbers = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      boolean whole =
          in.currentToken() == JsonToken.VALUE_NUMBER_INT
              && in.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (!whole || in.getLongValue() < 0) {
        throw bad.tensor(name, key + " must hold whole numbers from 0 to 2^63-1");
      }
      numbers.add(in.getLongValue());
    }
    return numbers;
  }

  /** Contiguous from byte 0 to the end, each as long as its shape and dtype say. */
  private void checkOffsets(long bufferBytes) {
    long at = 0;
    for (TensorInfo t : tensors) {
      if (t.begin() != at || t.end() < t.begin()) {
        throw bad.tensor(
            t.name(),
            format(
                "its bytes are [%d, %d), must begin at %d, where the one before ends",
                t.begin(), t.end(), at));
      }
      if (t.end() > bufferBytes) {
        throw bad.tensor(t.name(), format("it ends at byte %d of %d", t.end(), bufferBytes));
      }
      long expected = bytes(t);
      if (t.end() - t.begin() != expected) {
        throw bad.tensor(
            t.name(),
            format(
                "shape %s of %s takes %d bytes, its offsets span %d",
                t.shape(), t.dtype(), expected, t.end() - t.begin()));
      }
      at = t.end();
    }
    if (at != bufferBytes) {
      throw bad.because(
          format("its tensors cover %d bytes, but %d follow the header", at, bufferBytes));
    }
  }

  private long bytes(TensorInfo t) {
    try {
      long bytes = 1;
      for (long dimension : t.shape()) {
        bytes = Math.multiplyExact(bytes, dimension);
      }
      return Math.multiplyExact(bytes, (long) t.dtype().bytes());
    } catch (ArithmeticException e) {
      throw bad.tensor(t.name(), "its shape has more than 2^63-1 elements: " + t.shape());
    }
  }
}
