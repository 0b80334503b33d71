package org.radllama.train.gguf;

import org.radllama.train.safetensors.FloatDecoder;

/**
 * One block of a quantised type to {@code float}, operation by operation as ggml's reference
 * ({@code ggml-quants.c}, {@code dequantize_row_*}) and the {@code gguf} package have it, so that
 * the bits are theirs.
 */
final class BlockDecoder {
  /** Elements that share a scale in Q4_K and Q5_K. */
  private static final int GROUP = 32;

  private BlockDecoder() {}

  /** Decodes the block at a place of {@code in} to a place of {@code out}. */
  static void decode(GgufType type, byte[] in, int at, float[] out, int to) {
    switch (type) {
      case Q4_0 -> scaled(in, at, at + 2, -1, -8, out, to);
      case Q5_0 -> scaled(in, at, at + 6, at + 2, -16, out, to);
      case Q4_1 -> shifted(in, at, at + 4, -1, out, to);
      case Q5_1 -> shifted(in, at, at + 8, at + 4, out, to);
      case Q8_0 -> bytes(in, at, out, to);
      case Q4_K -> grouped(in, at, at + 16, -1, out, to);
      case Q5_K -> grouped(in, at, at + 48, at + 16, out, to);
      case Q6_K -> sixBits(in, at, out, to);
      default -> throw new IllegalArgumentException("not a quantised type: " + type);
    }
  }

  private static float half(byte[] in, int at) {
    return FloatDecoder.half((short) ((in[at] & 0xff) | (in[at + 1] << 8)));
  }

  /** Element i and element i + 16 share a byte; {@code high} is where fifth bits are, or -1. */
  private static int quant(byte[] in, int low, int high, int i) {
    int bits = i < 16 ? in[low + i] & 0xf : (in[low + i - 16] >> 4) & 0xf;
    return high < 0 ? bits : bits | (((in[high + i / 8] >> (i % 8)) & 1) << 4);
  }

  private static void scaled(byte[] in, int at, int low, int high, int zero, float[] out, int to) {
    float scale = half(in, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = scale * (quant(in, low, high, i) + zero);
    }
  }

  private static void shifted(byte[] in, int at, int low, int high, float[] out, int to) {
    float scale = half(in, at);
    float least = half(in, at + 2);
    for (int i = 0; i < 32; i++) {
      out[to + i] = scale * quant(in, low, high, i) + least;
    }
  }

  private static void bytes(byte[] in, int at, float[] out, int to) {
    float scale = half(in, at);
    for (int i = 0; i < Q8Block.ELEMENTS; i++) {
      out[to + i] = in[at + 2 + i] * scale;
    }
  }

  /** Two groups share 32 bytes, the first their lower halves; the fifth bits of all share 32. */
  private static void grouped(byte[] in, int at, int low, int high, float[] out, int to) {
    float scale = half(in, at);
    float least = half(in, at + 2);
    for (int g = 0; g < 8; g++) {
      float d = scale * groupScale(in, at + 4, g);
      float m = least * groupLeast(in, at + 4, g);
      for (int i = 0; i < GROUP; i++) {
        int bits = (in[low + g / 2 * GROUP + i] >> (g % 2 * 4)) & 0xf;
        int q = high < 0 ? bits : bits | (((in[high + i] >> g) & 1) << 4);
        out[to + g * GROUP + i] = d * q - m;
      }
    }
  }

  /**
   * Of twelve bytes, four hold the first groups' scales and four their least values, in six bits
   * each; the two bits above belong to the last groups, whose lower four are in the last four
   * bytes.
   */
  private static int groupScale(byte[] in, int at, int g) {
    return g < 4 ? in[at + g] & 0x3f : (in[at + 4 + g] & 0xf) | ((in[at + g - 4] >> 2) & 0x30);
  }

  private static int groupLeast(byte[] in, int at, int g) {
    return g < 4
        ? in[at + 4 + g] & 0x3f
        : ((in[at + 4 + g] >> 4) & 0xf) | ((in[at + g] >> 2) & 0x30);
  }

  private static void sixBits(byte[] in, int at, float[] out, int to) {
    float scale = half(in, at + 208);
    for (int i = 0; i < 256; i++) {
      int row = i / 32;
      int low = (in[at + row / 4 * 64 + row % 2 * 32 + i % 32] >> (row % 4 / 2 * 4)) & 0xf;
      int high = (in[at + 128 + row / 4 * 32 + i % 32] >> (row % 4 * 2)) & 3;
      float d = scale * in[at + 192 + i / 16];
      out[to + i] = d * ((low | (high << 4)) - 32);
    }
  }
}
