package org.radllama.train.kernels;

import java.util.Arrays;
import org.radllama.train.engine.Precision;
import org.radllama.train.safetensors.FloatEncoder;

/** Rows of floats in fewer bits, each element rounded to the nearest there is, ties to even. */
final class RowEncoder {
  /** Added to a float below 2^22, it leaves the nearest even whole number in the lowest bits. */
  private static final float ROUND = 12582912f;

  private static final int ROUND_BITS = Float.floatToRawIntBits(ROUND);
  private static final int INFINITY = 0x7f800000;
  private static final int LARGEST = 127;

  private final Precision precision;
  private final int cols;

  /** An encoder of rows of so many elements. */
  RowEncoder(Precision precision, int cols) {
    this.precision = precision;
    this.cols = cols;
  }

  /**
   * Turns a row into its precision's bits, or whole numbers from -127 to 127.
   *
   * @param from its first element
   * @return what whole numbers are multiplied by; 1 for the other precisions
   * @throws ArithmeticException for a number that the precision does not have
   */
  float encode(float[] values, int from, int[] codes) {
    switch (precision) {
      case F32 -> encodeFloats(values, from, codes);
      case BF16 -> encodeBfloats(values, from, codes);
      case FP16 -> encodeHalves(values, from, codes);
      case INT8 -> {
        return encodeBytes(values, from, codes);
      }
    }
    return 1;
  }

  private void encodeFloats(float[] values, int from, int[] codes) {
    for (int j = 0; j < cols; j++) {
      codes[j] = Float.floatToRawIntBits(values[from + j]);
    }
  }

  private void encodeBfloats(float[] values, int from, int[] codes) {
    for (int j = 0; j < cols; j++) {
      codes[j] = FloatEncoder.bfloat(values[from + j]);
      if ((codes[j] & 0x7fff) == INFINITY >>> 16) {
        requireFits(Float.isInfinite(values[from + j]), values[from + j]);
      }
    }
  }

  private void encodeHalves(float[] values, int from, int[] codes) {
    for (int j = 0; j < cols; j++) {
      codes[j] = FloatEncoder.half(values[from + j]);
      requireFits((codes[j] & 0x7c00) != 0x7c00, values[from + j]);
    }
  }

  private float encodeBytes(float[] values, int from, int[] codes) {
    int largest = 0;
    for (int j = 0; j < cols; j++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[from + j]) & 0x7fffffff);
    }
    float size = Float.intBitsToFloat(largest);
    requireFits(largest < INFINITY, size);
    float scale = size / LARGEST;
    if (scale < Float.MIN_NORMAL) {
      // All zeros, or numbers so small that the scale would have no precision.
      Arrays.fill(codes, 0, cols, 0);
      return 0;
    }
    for (int j = 0; j < cols; j++) {
      codes[j] = Float.floatToRawIntBits(values[from + j] / scale + ROUND) - ROUND_BITS;
    }
    return scale;
  }

  private void requireFits(boolean fits, float value) {
    if (!fits) {
      throw new ArithmeticException(
          "a weight is %s, which %s cannot hold".formatted(value, precision.label()));
    }
  }
}
