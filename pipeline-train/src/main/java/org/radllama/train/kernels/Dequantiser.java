package org.radllama.train.kernels;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Turns rows of a {@link QuantisedMatrix} into floats in memory of its own. Bits are moved by loops
 * over {@code int} alone and numbers computed by loops over {@code float} alone, with that memory
 * between the two: a loop in which both occur is no vector code, nor is one whose arrays are read
 * and written at different indexes. For one thread.
 */
final class Dequantiser implements AutoCloseable {
  /** As bits: 2^23, to which a whole number below 2^23 can be added. */
  private static final int WHOLE = 0x4b000000;

  /** 2^23, and the 128 that was added to each whole number. */
  private static final float WHOLE_ZERO = 0x1p23f + 128;

  /** The exponents of binary32 and binary16 are 112 apart. */
  private static final float HALF_UNIT = 0x1p112f;

  private int[] words = new int[0];
  private int[] bits = new int[0];
  private float[] numbers = new float[0];
  private FloatPointer memory;
  private FloatBuffer floats;
  private IntBuffer ints;

  /** Rows {@code first} to {@code first + count}, there until the next call. */
  HostMatrix rows(QuantisedMatrix from, int first, int count) {
    int cols = from.cols();
    stage(count, cols);
    for (int i = 0; i < count; i++) {
      int row = first + i;
      if (i == 0 || from.lane(row) == 0) {
        from.words(row, words);
      }
      widen(from, row, i * cols);
    }
    return new HostMatrix(memory, floats, count, cols);
  }

  private void stage(int rows, int cols) {
    if (words.length < cols) {
      words = new int[cols];
      bits = new int[cols];
      numbers = new float[cols];
    }
    int size = Math.multiplyExact(rows, cols);
    if (memory == null || floats.capacity() < size) {
      close();
      memory = new FloatPointer(size);
      floats = memory.asByteBuffer().asFloatBuffer();
      ints = memory.asByteBuffer().asIntBuffer();
    }
  }

  private void widen(QuantisedMatrix from, int row, int at) {
    int n = from.cols();
    int lane = from.lane(row);
    switch (from.precision()) {
      case BF16 -> {
        bfloats(words, 16 * lane, bits, n);
        ints.put(at, bits, 0, n);
      }
      case FP16 -> {
        halves(words, 16 * lane, bits, n);
        compute(at, n, 0, HALF_UNIT);
      }
      case INT8 -> {
        wholes(words, 8 * lane, bits, n);
        compute(at, n, WHOLE_ZERO, from.scale(row));
      }
      default -> throw new IllegalStateException(from.precision().label());
    }
  }

  /** The bits as numbers, {@code (number - zero) * unit}. */
  private void compute(int at, int n, float zero, float unit) {
    ints.put(at, bits, 0, n);
    floats.get(at, numbers, 0, n);
    scale(numbers, zero, unit, n);
    floats.put(at, numbers, 0, n);
  }

  private static void bfloats(int[] words, int shift, int[] bits, int n) {
    for (int j = 0; j < n; j++) {
      bits[j] = words[j] >>> shift << 16;
    }
  }

  /** Sign, exponent and fraction in their places; the exponent is still binary16's. */
  private static void halves(int[] words, int shift, int[] bits, int n) {
    for (int j = 0; j < n; j++) {
      int half = words[j] >>> shift;
      bits[j] = ((half << 16) & 0x80000000) | ((half & 0x7fff) << 13);
    }
  }

  private static void wholes(int[] words, int shift, int[] bits, int n) {
    for (int j = 0; j < n; j++) {
      bits[j] = ((words[j] >>> shift) & 0xff) | WHOLE;
    }
  }

  private static void scale(float[] numbers, float zero, float unit, int n) {
    for (int j = 0; j < n; j++) {
      numbers[j] = (numbers[j] - zero) * unit;
    }
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.deallocate();
      memory = null;
    }
  }
}
