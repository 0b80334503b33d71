package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.IntPointer;
import org.radllama.train.engine.Precision;
import org.radllama.train.safetensors.FloatEncoder;

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
    implements Matrix {
  /** Added to a float below 2^22, it leaves the nearest even whole number in the lowest bits. */
  private static final float ROUND = 12582912f;

  private static final int INFINITY = 0x7f800000;
  private static final int LARGEST = 127;

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
  public long bytes() {
    return precision.bytes(rows, cols);
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
    if (at % cols != 0 || count % cols != 0) {
      throw new IllegalArgumentException(
          format("%d elements from %d on are no whole rows of %d", count, at, cols));
    }
    int bits = Integer.SIZE / precision.perWord();
    int mask = (1 << bits) - 1;
    int[] group = new int[cols];
    int[] codes = new int[cols];
    for (int row = at / cols; row < (at + count) / cols; row++) {
      encode(values, from + row * cols - at, row, codes);
      words(row, group);
      int shift = bits * lane(row);
      for (int j = 0; j < cols; j++) {
        group[j] = (group[j] & ~(mask << shift)) | ((codes[j] & mask) << shift);
      }
      words.put((first + row) / precision.perWord() * cols, group, 0, cols);
    }
  }

  private void encode(float[] values, int from, int row, int[] codes) {
    switch (precision) {
      case BF16 -> encodeBfloats(values, from, codes);
      case FP16 -> encodeHalves(values, from, codes);
      case INT8 -> scales[first + row] = encodeBytes(values, from, codes);
      default -> throw new IllegalStateException(precision.label());
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

  /** Whole numbers plus 128; returns their scale. */
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
      Arrays.fill(codes, 128);
      return 0;
    }
    for (int j = 0; j < cols; j++) {
      codes[j] = Float.floatToRawIntBits(values[from + j] / scale + ROUND) + 128;
    }
    return scale;
  }

  private void requireFits(boolean fits, float value) {
    if (!fits) {
      throw new ArithmeticException(
          "a weight is %s, which %s cannot hold".formatted(value, precision.label()));
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

  @Override
  public Matrix shaped(int newRows, int newCols) {
    throw readOnly();
  }

  @Override
  public void zero() {
    throw readOnly();
  }

  @Override
  public void copyFrom(Matrix other) {
    throw readOnly();
  }

  private UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException(
        "a matrix held as %s is only read by rows".formatted(precision.label()));
  }
}
