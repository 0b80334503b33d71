package org.radllama.train.engine;

import java.util.Locale;

/** The number format in which a matrix that nobody trains is held in memory. */
public enum Precision {
  /** IEEE 754 binary32, as everything else that is computed with. */
  F32(1),
  /** The upper half of a binary32: its range, 8 significant bits. */
  BF16(2),
  /** IEEE 754 binary16: 11 significant bits, at most 65504. */
  FP16(2),
  /**
   * Whole numbers from -127 to 127, with a scale for each row, its largest magnitude / 127. So a
   * weight is off by at most half its row's scale (LLM.int8()'s vector-wise quantisation of
   * weights: Dettmers et al., arXiv 2208.07339, section 2).
   */
  INT8(4);

  private final int perWord;

  Precision(int perWord) {
    this.perWord = perWord;
  }

  /** Its name in settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Elements in 32 bits. */
  public int perWord() {
    return perWord;
  }

  /** Bytes of a matrix (rows, cols), its scales included. */
  public long bytes(int rows, int cols) {
    long groups = ((long) rows + perWord - 1) / perWord;
    return groups * cols * Integer.BYTES + (this == INT8 ? (long) rows * Float.BYTES : 0);
  }
}
