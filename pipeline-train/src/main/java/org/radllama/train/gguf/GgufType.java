package org.radllama.train.gguf;

import java.nio.ByteBuffer;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatEncoder;

/** Element types of tensors. A row of a tensor is whole blocks of its type. */
public enum GgufType {
  F32(0, 1, Float.BYTES),
  F16(1, 1, Short.BYTES),

  /** Blocks of 32: a scale as F16, then a signed byte for each element. */
  Q8_0(8, Q8Block.ELEMENTS, Q8Block.BYTES);

  private final int number;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int number, int blockElements, int blockBytes) {
    this.number = number;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The type's number in the format. */
  int number() {
    return number;
  }

  /** Whether rows of so many elements are whole blocks. */
  public boolean fits(long rowElements) {
    return rowElements % blockElements == 0;
  }

  /**
   * Size in a file.
   *
   * @param elements whole blocks
   */
  long bytes(long elements) {
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }

  /**
   * Encodes whole blocks to the start of a little-endian buffer.
   *
   * @param values finite
   */
  void encode(float[] values, int count, ByteBuffer out) {
    switch (this) {
      case F32 -> FloatEncoder.encode(Dtype.F32, values, count, out);
      case F16 -> FloatEncoder.encode(Dtype.F16, values, count, out);
      case Q8_0 -> Q8Block.encode(values, count, out);
    }
  }

  /** The largest absolute value that does not become infinite. */
  float largest() {
    return switch (this) {
      case F32 -> Float.MAX_VALUE;
      case F16 -> Q8Block.LARGEST_HALF;
      case Q8_0 -> Q8Block.LARGEST_HALF * Q8Block.LARGEST_BYTE;
    };
  }
}
