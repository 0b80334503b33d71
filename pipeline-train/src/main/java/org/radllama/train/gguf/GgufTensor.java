package org.radllama.train.gguf;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A tensor to be written.
 *
 * @param name at most 63 bytes, since ggml keeps 64 with the end mark
 * @param type what its elements become
 * @param shape its dimensions, row-major: the last is a row's length, whole blocks of the type
 * @param source where its elements come from
 */
public record GgufTensor(String name, GgufType type, List<Long> shape, FloatTensor.Source source) {
  private static final int LONGEST_NAME = 63;

  public GgufTensor {
    shape = List.copyOf(shape);
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("too long a name: " + name);
    }
    if (shape.isEmpty() || shape.size() > 4 || !type.fits(shape.get(shape.size() - 1))) {
      throw new IllegalArgumentException("%s: not a shape for %s".formatted(name, type));
    }
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** Size in a file, in bytes, without padding. */
  public long bytes() {
    return type.bytes(elements());
  }
}
