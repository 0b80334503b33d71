package org.radllama.train.kernels;

import org.radllama.train.engine.Precision;

/**
 * A dense row-major matrix of floats outside the Java heap. A view: who allocated the memory frees
 * it. The elements are only for the kernels of the {@link Backend} it comes from; every method here
 * that moves them between it and the Java heap may cross a bus. One in less than {@link
 * Precision#F32} is filled by whole rows and then only read.
 */
public sealed interface Matrix permits HostMatrix, NdArrayMatrix, TorchMatrix, FrozenMatrix {
  /** Number of rows. */
  int rows();

  /** Number of columns, which is also the distance between rows. */
  int cols();

  /** Number of elements. */
  default int size() {
    return rows() * cols();
  }

  /** Bytes that the elements take. */
  default long bytes() {
    return (long) rows() * cols() * Float.BYTES;
  }

  /** Rows {@code from} to {@code from + count} of the same memory. */
  Matrix rows(int from, int count);

  /** The same memory seen with another shape. */
  Matrix shaped(int newRows, int newCols);

  /** Elements {@code at} and on of the same memory as a matrix of its own shape. */
  Matrix part(int at, int partRows, int partCols);

  /** Copies elements out. */
  void get(int at, float[] into, int from, int count);

  /** Copies elements in. */
  void put(int at, float[] values, int from, int count);

  /** Sets every element to zero. */
  void zero();

  /** Copies another matrix of the same size and backend. */
  void copyFrom(Matrix other);

  /** All elements. */
  default float[] toArray() {
    float[] values = new float[size()];
    get(0, values, 0, values.length);
    return values;
  }

  /** Frees memory taken by {@link Backend#allocate}. */
  void free();
}
