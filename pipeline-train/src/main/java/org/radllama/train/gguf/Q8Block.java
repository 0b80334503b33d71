package org.radllama.train.gguf;

import java.nio.ByteBuffer;
import org.radllama.train.safetensors.FloatEncoder;

/**
 * Q8_0: 32 elements share the scale {@code d = max|x| / 127}, which is kept as F16; an element
 * becomes the whole number nearest to {@code x / d}, halves away from zero, in float arithmetic as
 * ggml's reference does it.
 */
final class Q8Block {
  /** Elements of a block. */
  static final int ELEMENTS = 32;

  /** Bytes of a block: the scale and the elements. */
  static final int BYTES = Short.BYTES + ELEMENTS;

  static final int LARGEST_BYTE = 127;
  static final float LARGEST_HALF = 65504;

  private Q8Block() {}

  /** Encodes {@code count} elements, whole blocks, to the start of a little-endian buffer. */
  static void encode(float[] values, int count, ByteBuffer out) {
    out.clear();
    for (int from = 0; from < count; from += ELEMENTS) {
      block(values, from, out);
    }
  }

  private static void block(float[] values, int from, ByteBuffer out) {
    float largest = 0;
    for (int i = from; i < from + ELEMENTS; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float scale = largest / LARGEST_BYTE;
    float inverse = 1 / scale;
    // A scale of zero, or one so small that its inverse is infinite: F16 has it as zero anyway.
    boolean zero = Float.isInfinite(inverse);
    out.putShort(FloatEncoder.half(scale));
    for (int i = from; i < from + ELEMENTS; i++) {
      out.put(zero ? 0 : (byte) round(values[i] * inverse));
    }
  }

  /** To the nearest whole number, halves away from zero; Java's own rounds halves up. */
  private static int round(float x) {
    int whole = (int) x;
    return whole + (int) (2 * (x - whole));
  }
}
