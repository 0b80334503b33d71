package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import java.nio.IntBuffer;
import java.util.Objects;
import org.bytedeco.javacpp.IntPointer;
import org.radllama.train.engine.Precision;

/**
 * A matrix in host memory in fewer than 32 bits an element: filled once, by whole rows, then only
 * read. The 32-bit words of a group of rows (2 of 16 bits, 4 of 8) hold one column each, the
 * group's first row in the lowest bits, so that {@link Dequantiser} gets a row out of a group's
 * words by loops that the JIT turns into vector code: it cannot where numbers of different widths
 * meet.
 */
record QuantisedMatrix(
    Precision precision,
    IntPointer pointer,
    IntBuffer words,
    float[] scales,
    int first,
    int rows,
    int cols)
    implements FrozenMatrix {
  /** Added to whole numbers, so that none is negative. */
  private static final int ABOVE_ZERO = 128;

  /** Memory to be filled by {@link #put}, that lives until {@link #free()}. */
  static QuantisedMatrix allocate(Precision precision, int rows, int cols) {
    int perWord = precision.perWord();
    long size = (long) ((rows + perWord - 1) / perWord) * cols;
    if (size > Integer.MAX_VALUE / Integer.BYTES) {
      throw new IllegalArgumentException(
          format("%d x %d elements as %s exceed 2 GiB", rows, cols, precision.label()));
    }
    IntPointer pointer = new IntPointer(Math.max(1, size));
    HugePages.ask(pointer, size * Integer.BYTES);
    IntPointer.memset(pointer, 0, size * Integer.BYTES);
    float[] scales = new float[precision == Precision.INT8 ? rows : 0];
    IntBuffer words = pointer.asByteBuffer().asIntBuffer();
    return new QuantisedMatrix(precision, pointer, words, scales, 0, rows, cols);
  }

  @Override
  public QuantisedMatrix rows(int from, int count) {
    Objects.checkFromIndexSize(from, count, rows);
    return new QuantisedMatrix(precision, pointer, words, scales, first + from, count, cols);
  }

  @Override
  public void free() {
    pointer.deallocate();
  }

  /** Which of its group's rows a row is. */
  int lane(int row) {
    return (first + row) % precision.perWord();
  }

  /** Copies the words of a row's group. */
  void words(int row, int[] into) {
    words.get((first + row) / precision.perWord() * cols, into, 0, cols);
  }

  /** What a row's whole numbers are multiplied by. */
  float scale(int row) {
    return scales[first + row];
  }

  /**
   * Fills whole rows, each element rounded to the nearest that the precision has, ties to even.
   *
   * @throws ArithmeticException for a number that the precision does not have
   */
  @Override
  public void put(int at, float[] values, int from, int count) {
    requireWholeRows(at, count);
    int bits = Integer.SIZE / precision.perWord();
    int mask = (1 << bits) - 1;
    int[] group = new int[cols];
    int[] codes = new int[cols];
    int zero = precision == Precision.INT8 ? ABOVE_ZERO : 0;
    RowEncoder encoder = new RowEncoder(precision, cols);
    for (int row = at / cols; row < (at + count) / cols; row++) {
      float scale = encoder.encode(values, from + row * cols - at, codes);
      if (precision == Precision.INT8) {
        scales[first + row] = scale;
      }
      words(row, group);
      int shift = bits * lane(row);
      for (int j = 0; j < cols; j++) {
        group[j] = (group[j] & ~(mask << shift)) | (((codes[j] + zero) & mask) << shift);
      }
      words.put((first + row) / precision.perWord() * cols, group, 0, cols);
    }
  }

  @Override
  public void get(int at, float[] into, int from, int count) {
    if (count == 0) {
      return;
    }
    try (Dequantiser dequantiser = new Dequantiser()) {
      for (int done = 0; done < count; ) {
        int start = (at + done) % cols;
        int n = Math.min(cols - start, count - done);
        dequantiser.rows(this, (at + done) / cols, 1).get(start, into, from + done, n);
        done += n;
      }
    }
  }
}
