package org.radllama.train.kernels;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense row-major matrix of floats outside the Java heap, where BLAS can reach it. A view: who
 * allocated the memory frees it.
 */
public final class Mat {
  private final FloatPointer pointer;
  private final FloatBuffer buffer;
  private final int rows;
  private final int cols;

  Mat(FloatPointer pointer, FloatBuffer buffer, int rows, int cols) {
    if ((long) rows * cols > buffer.capacity()) {
      throw new IllegalArgumentException(
          "%d x %d floats do not fit into %d".formatted(rows, cols, buffer.capacity()));
    }
    this.pointer = pointer;
    this.buffer = buffer;
    this.rows = rows;
    this.cols = cols;
  }

  /** Zeros that live until {@link #free()}. */
  public static Mat allocate(int rows, int cols) {
    long size = (long) rows * cols;
    if (size > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException("%d x %d floats exceed 2 GiB".formatted(rows, cols));
    }
    FloatPointer pointer = new FloatPointer(Math.max(1, size));
    FloatPointer.memset(pointer, 0, size * Float.BYTES);
    return new Mat(pointer, pointer.asByteBuffer().asFloatBuffer(), rows, cols);
  }

  /** Elements {@code at} and on of a dense row-major array; the array keeps owning the memory. */
  public static Mat of(INDArray array, long at, int rows, int cols) {
    FloatPointer first = new FloatPointer(array.data().addressPointer());
    FloatPointer pointer = first.getPointer(at);
    pointer.capacity((long) rows * cols);
    return new Mat(pointer, pointer.asByteBuffer().asFloatBuffer(), rows, cols);
  }

  /** Frees memory taken by {@link #allocate}. */
  public void free() {
    pointer.deallocate();
  }

  /** Number of rows. */
  public int rows() {
    return rows;
  }

  /** Number of columns, which is also the distance between rows. */
  public int cols() {
    return cols;
  }

  /** Number of elements. */
  public int size() {
    return rows * cols;
  }

  /** Rows {@code from} to {@code from + count} of the same memory. */
  public Mat rows(int from, int count) {
    int at = from * cols;
    return new Mat(pointer.getPointer(at), buffer.slice(at, count * cols), count, cols);
  }

  /** The same memory seen with another shape. */
  public Mat shaped(int newRows, int newCols) {
    return new Mat(pointer, buffer, newRows, newCols);
  }

  FloatPointer pointer() {
    return pointer;
  }

  FloatPointer at(int offset) {
    return offset == 0 ? pointer : pointer.getPointer(offset);
  }

  /** Copies elements out. */
  public void get(int at, float[] into, int from, int count) {
    buffer.get(at, into, from, count);
  }

  /** Copies elements in. */
  public void put(int at, float[] values, int from, int count) {
    buffer.put(at, values, from, count);
  }

  /** One element. */
  public float get(int at) {
    return buffer.get(at);
  }

  /** Fills a row's worth of staging. */
  void row(int row, float[] into) {
    buffer.get(row * cols, into, 0, cols);
  }

  /** Writes a row back from staging. */
  void setRow(int row, float[] values) {
    buffer.put(row * cols, values, 0, cols);
  }

  /** Sets every element to zero. */
  public void zero() {
    if (size() > 0) {
      FloatPointer.memset(pointer, 0, (long) size() * Float.BYTES);
    }
  }

  /** Copies another matrix of the same size. */
  public void copyFrom(Mat other) {
    FloatPointer.memcpy(pointer, other.pointer, (long) other.size() * Float.BYTES);
  }

  /** All elements. */
  public float[] toArray() {
    float[] values = new float[size()];
    get(0, values, 0, values.length);
    return values;
  }
}
