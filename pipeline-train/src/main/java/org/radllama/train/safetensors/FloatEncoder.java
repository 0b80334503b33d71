package org.radllama.train.safetensors;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;

/** {@code float} to little-endian bytes, rounded to the nearest, ties to the even one. */
public final class FloatEncoder {
  private static final int INFINITY = 0x7f800000;

  private FloatEncoder() {}

  /** Encodes {@code count} elements to the start of a little-endian buffer. */
  public static void encode(Dtype dtype, float[] values, int count, ByteBuffer out) {
    out.clear();
    switch (dtype) {
      case F32 -> out.asFloatBuffer().put(values, 0, count);
      case F16 -> {
        ShortBuffer bits = out.asShortBuffer();
        for (int i = 0; i < count; i++) {
          bits.put(i, half(values[i]));
        }
      }
      case BF16 -> {
        ShortBuffer bits = out.asShortBuffer();
        for (int i = 0; i < count; i++) {
          bits.put(i, bfloat(values[i]));
        }
      }
      default -> throw new IllegalArgumentException("not a writable dtype: " + dtype);
    }
  }

  /** IEEE 754 binary16. */
  public static short half(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int size = bits & 0x7fffffff;
    int half;
    if (size > INFINITY) {
      // Still a NaN when its payload's upper bits are all zero.
      int payload = size >>> 13 & 0x3ff;
      half = 0x7c00 | (payload == 0 ? 0x200 : payload);
    } else if (size >= 0x38800000) {
      // 2^-14 and more: the exponent's bias changes by 112, the fraction loses 13 bits.
      half = Math.min(roundedShift(size - (112 << 23), 13), 0x7c00);
    } else {
      // Subnormal: units of 2^-24; the product is exact in double.
      half = (int) Math.rint(Math.abs((double) value) * 0x1p24);
    }
    return (short) (sign | half);
  }

  /** The upper half of a float. */
  public static short bfloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int size = bits & 0x7fffffff;
    if (size > INFINITY) {
      int payload = size >>> 16 & 0x7f;
      return (short) (sign | 0x7f80 | (payload == 0 ? 0x40 : payload));
    }
    return (short) (sign | roundedShift(size, 16));
  }

  private static int roundedShift(int bits, int shift) {
    int lowest = bits >>> shift & 1;
    return (bits + (1 << (shift - 1)) - 1 + lowest) >>> shift;
  }
}
