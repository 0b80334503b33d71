package org.radllama.train.safetensors;

import java.util.List;

/**
 * Where one tensor lies.
 *
 * @param name its key in the header
 * @param dtype its element type
 * @param shape its dimensions, row-major; empty for a scalar
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorInfo(String name, Dtype dtype, List<Long> shape, long begin, long end) {
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long elements() {
    return (end - begin) / dtype.bytes();
  }
}
