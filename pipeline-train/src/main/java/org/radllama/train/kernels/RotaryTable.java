package org.radllama.train.kernels;

/**
 * Cosines and sines of the rotary position embedding (Su et al., arXiv 2104.09864), in Hugging
 * Face's layout: element i of a head's first half is rotated with element i of its second half.
 */
public final class RotaryTable {
  private final int half;
  private final float[] cos;
  private final float[] sin;

  /**
   * A table for positions 0 to {@code positions - 1}. Frequencies and angles are rounded to single
   * precision as transformers rounds them, whatever it computes in: so models were trained, and at
   * late positions it makes more of a difference than all other rounding.
   *
   * @param frequencies for each pair of a head the angle from one position to the next, in radians
   */
  public RotaryTable(double[] frequencies, int positions) {
    half = frequencies.length;
    cos = new float[positions * half];
    sin = new float[positions * half];
    for (int i = 0; i < half; i++) {
      for (int p = 0; p < positions; p++) {
        float angle = p * (float) frequencies[i];
        cos[p * half + i] = (float) Math.cos(angle);
        sin[p * half + i] = (float) Math.sin(angle);
      }
    }
  }

  /** Positions in the table. */
  public int positions() {
    return cos.length / half;
  }

  /** Half of a head's size: the number of frequencies. */
  int half() {
    return half;
  }

  /** Cosines or sines (positions, head size), each row twice the one of the first half. */
  float[] doubled(boolean cosines) {
    float[] from = cosines ? cos : sin;
    float[] doubled = new float[2 * from.length];
    for (int p = 0; p < positions(); p++) {
      System.arraycopy(from, p * half, doubled, 2 * p * half, half);
      System.arraycopy(from, p * half, doubled, (2 * p + 1) * half, half);
    }
    return doubled;
  }

  /** Rotates every head of one token's row; {@code sign} -1 undoes it. */
  void rotate(float[] row, int heads, int position, float sign) {
    int table = position * half;
    for (int h = 0; h < heads; h++) {
      int first = h * 2 * half;
      for (int i = 0; i < half; i++) {
        float c = cos[table + i];
        float s = sign * sin[table + i];
        float a = row[first + i];
        float b = row[first + half + i];
        row[first + i] = a * c - b * s;
        row[first + half + i] = b * c + a * s;
      }
    }
  }
}
