package org.radllama.train.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/** Little-endian bytes to {@code float}; every value of F16 and BF16 is exact in a float. */
public final class FloatDecoder {
  private static final float[] HALF = halves();

  private FloatDecoder() {}

  /** Decodes {@code count} elements from the start of {@code bytes}. */
  public static void decode(Dtype dtype, byte[] bytes, float[] into, int offset, int count) {
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, count * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> in.asFloatBuffer().get(into, offset, count);
      case F16 -> {
        ShortBuffer bits = in.asShortBuffer();
        for (int i = 0; i < count; i++) {
          into[offset + i] = half(bits.get(i));
        }
      }
      case BF16 -> {
        ShortBuffer bits = in.asShortBuffer();
        for (int i = 0; i < count; i++) {
          into[offset + i] = Float.intBitsToFloat(bits.get(i) << 16);
        }
      }
      default -> throw new IllegalArgumentException("not a readable dtype: " + dtype);
    }
  }

  /** IEEE 754 binary16. */
  public static float half(short bits) {
    return HALF[bits & 0xffff];
  }

  private static float[] halves() {
    float[] table = new float[1 << 16];
    for (int bits = 0; bits < table.length; bits++) {
      table[bits] = convert(bits);
    }
    return table;
  }

  private static float convert(int bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >>> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      // Zero and subnormals: the fraction counts units of 2^-24.
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(fraction * 0x1p-24f));
    }
    int wide = exponent == 0x1f ? 0xff : exponent + 127 - 15;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }
}
