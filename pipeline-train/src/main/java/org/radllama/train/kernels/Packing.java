package org.radllama.train.kernels;

/**
 * Examples laid end to end: row {@code i} of every activation is one token.
 *
 * @param starts first row of each example, and the number of rows at the end
 * @param offset position of each example's first row, 0 unless a cache stands before it
 */
public record Packing(int[] starts, int[] offset) {
  /** Examples of the given lengths, each from position 0. */
  public static Packing of(int... lengths) {
    int[] starts = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      starts[i + 1] = starts[i] + lengths[i];
    }
    return new Packing(starts, new int[lengths.length]);
  }

  /** Number of examples. */
  public int examples() {
    return starts.length - 1;
  }

  /** Number of tokens in all examples. */
  public int rows() {
    return starts[starts.length - 1];
  }

  /** Tokens of one example. */
  public int length(int example) {
    return starts[example + 1] - starts[example];
  }

  /** Tokens of the longest example. */
  public int longest() {
    int longest = 0;
    for (int i = 0; i < examples(); i++) {
      longest = Math.max(longest, length(i) + offset[i]);
    }
    return longest;
  }

  /** Something to do for a row, the token at a position of an example. */
  interface RowWork {
    void at(int example, int position, int row);
  }

  /** Goes through the rows in order. */
  void eachRow(RowWork work) {
    for (int e = 0; e < examples(); e++) {
      for (int t = 0; t < length(e); t++) {
        work.at(e, offset[e] + t, starts[e] + t);
      }
    }
  }
}
