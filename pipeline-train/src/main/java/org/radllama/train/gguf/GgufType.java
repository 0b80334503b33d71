package org.radllama.train.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatDecoder;
import org.radllama.train.safetensors.FloatEncoder;

/** Element types of tensors that can be read. A row of a tensor is whole blocks of its type. */
public enum GgufType {
  F32(0, 1, Float.BYTES),
  F16(1, 1, Short.BYTES),

  /** Blocks of 32: a scale as F16, then 4 bits for each element, from which 8 is taken. */
  Q4_0(2, 32, 18),

  /** Blocks of 32: a scale and a least value as F16, then 4 bits for each element. */
  Q4_1(3, 32, 20),

  /** As Q4_0 with fifth bits, from which 16 is taken. */
  Q5_0(6, 32, 22),

  /** As Q4_1 with fifth bits. */
  Q5_1(7, 32, 24),

  /** Blocks of 32: a scale as F16, then a signed byte for each element. */
  Q8_0(8, Q8Block.ELEMENTS, Q8Block.BYTES),

  /** Blocks of 256: eight scales and least values of 6 bits, then 4 bits for each element. */
  Q4_K(12, 256, 144),

  /** As Q4_K with fifth bits. */
  Q5_K(13, 256, 176),

  /** Blocks of 256: 6 bits for each element, sixteen scales of 8 bits. */
  Q6_K(14, 256, 210),

  /** The upper half of F32, rounded to the nearest. */
  BF16(30, 1, Short.BYTES);

  private static final float LARGEST_BF16 = 0x1.fep127f;

  /** Names by number of the types that ggml knows, so that a message can say which one it is. */
  private static final List<String> NAMES =
      List.of(
          "F32 F16 Q4_0 Q4_1 Q4_2 Q4_3 Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS"
              .concat(" IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ2_S IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16")
              .concat(" Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 IQ4_NL_4_4 IQ4_NL_4_8 IQ4_NL_8_8")
              .concat(" MXFP4")
              .split(" "));

  private final int number;
  private final int blockElements;
  private final int blockBytes;

  GgufType(int number, int blockElements, int blockBytes) {
    this.number = number;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The type of a number, if it can be read. */
  static Optional<GgufType> of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  /** What ggml calls a type. */
  static String name(int number) {
    return number >= 0 && number < NAMES.size() ? NAMES.get(number) : "number " + number;
  }

  /** The type's number in the format. */
  int number() {
    return number;
  }

  /** Elements of a block. */
  int blockElements() {
    return blockElements;
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
   * Decodes blocks from the start of {@code bytes} to the start of {@code into}, in float
   * arithmetic as ggml's reference does it.
   */
  void decode(byte[] bytes, int blocks, float[] into) {
    switch (this) {
      case F32 -> FloatDecoder.decode(Dtype.F32, bytes, into, 0, blocks);
      case F16 -> FloatDecoder.decode(Dtype.F16, bytes, into, 0, blocks);
      case BF16 -> FloatDecoder.decode(Dtype.BF16, bytes, into, 0, blocks);
      default -> {
        for (int b = 0; b < blocks; b++) {
          BlockDecoder.decode(this, bytes, b * blockBytes, into, b * blockElements);
        }
      }
    }
  }

  /**
   * Encodes whole blocks to the start of a little-endian buffer.
   *
   * @param values finite
   * @throws IllegalArgumentException for a type that is only read
   */
  void encode(float[] values, int count, ByteBuffer out) {
    switch (this) {
      case F32 -> FloatEncoder.encode(Dtype.F32, values, count, out);
      case F16 -> FloatEncoder.encode(Dtype.F16, values, count, out);
      case Q8_0 -> Q8Block.encode(values, count, out);
      case BF16 -> FloatEncoder.encode(Dtype.BF16, values, count, out);
      default -> throw new IllegalArgumentException("not a type to write: " + this);
    }
  }

  /** The largest absolute value that does not become infinite, of a type that is written. */
  float largest() {
    return switch (this) {
      case F32 -> Float.MAX_VALUE;
      case F16 -> Q8Block.LARGEST_HALF;
      case Q8_0 -> Q8Block.LARGEST_HALF * Q8Block.LARGEST_BYTE;
      case BF16 -> LARGEST_BF16;
      default -> throw new IllegalArgumentException("not a type to write: " + this);
    };
  }
}
