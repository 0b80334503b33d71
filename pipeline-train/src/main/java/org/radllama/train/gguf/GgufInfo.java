package org.radllama.train.gguf;

import java.util.List;

/**
 * A tensor of a file.
 *
 * @param name its key
 * @param type of its elements
 * @param shape its dimensions, row-major: the last is a row's length
 * @param begin its first byte in the file
 */
public record GgufInfo(String name, GgufType type, List<Long> shape, long begin) {
  public GgufInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  /** The byte after its last. */
  long end() {
    return Math.addExact(begin, type.bytes(elements()));
  }
}
