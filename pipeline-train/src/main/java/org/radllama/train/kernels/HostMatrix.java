package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A matrix in host memory, where BLAS and the loops of {@link FusedKernels} can reach it. */
record HostMatrix(FloatPointer pointer, FloatBuffer buffer, int rows, int cols) implements Matrix {
  HostMatrix {
    if ((long) rows * cols > buffer.capacity()) {
      throw new IllegalArgumentException(
          format("%d x %d floats do not fit into %d", rows, cols, buffer.capacity()));
    }
  }

  /** The matrix as what it is. */
  static HostMatrix of(Matrix matrix) {
    if (matrix instanceof HostMatrix host) {
      return host;
    }
    throw new IllegalArgumentException(
        "the fused kernels were given a " + matrix.getClass().getSimpleName());
  }

  /** Zeros that live until {@link #free()}. */
  static HostMatrix allocate(int rows, int cols) {
    long size = (long) rows * cols;
    if (size > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(format("%d x %d floats exceed 2 GiB", rows, cols));
    }
    FloatPointer pointer = new FloatPointer(Math.max(1, size));
    HugePages.ask(pointer, size * Float.BYTES);
    FloatPointer.memset(pointer, 0, size * Float.BYTES);
    return new HostMatrix(pointer, pointer.asByteBuffer().asFloatBuffer(), rows, cols);
  }

  /** The elements (1, n) of a dense array; the array keeps owning the memory. */
  static HostMatrix of(INDArray array) {
    int size = Math.toIntExact(array.length());
    FloatPointer pointer = new FloatPointer(array.data().addressPointer()).getPointer(0);
    pointer.capacity(size);
    return new HostMatrix(pointer, pointer.asByteBuffer().asFloatBuffer(), 1, size);
  }

  @Override
  public void free() {
    pointer.deallocate();
  }

  @Override
  public HostMatrix rows(int from, int count) {
    return part(from * cols, count, cols);
  }

  @Override
  public HostMatrix part(int at, int partRows, int partCols) {
    FloatBuffer elements = buffer.slice(at, partRows * partCols);
    return new HostMatrix(pointer.getPointer(at), elements, partRows, partCols);
  }

  @Override
  public HostMatrix shaped(int newRows, int newCols) {
    return new HostMatrix(pointer, buffer, newRows, newCols);
  }

  FloatPointer at(int offset) {
    return offset == 0 ? pointer : pointer.getPointer(offset);
  }

  @Override
  public void get(int at, float[] into, int from, int count) {
    buffer.get(at, into, from, count);
  }

  @Override
  public void put(int at, float[] values, int from, int count) {
    buffer.put(at, values, from, count);
  }

  /** One element. */
  float get(int at) {
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

  @Override
  public void zero() {
    if (size() > 0) {
      FloatPointer.memset(pointer, 0, (long) size() * Float.BYTES);
    }
  }

  @Override
  public void copyFrom(Matrix other) {
    FloatPointer.memcpy(pointer, of(other).pointer, (long) other.size() * Float.BYTES);
  }
}
