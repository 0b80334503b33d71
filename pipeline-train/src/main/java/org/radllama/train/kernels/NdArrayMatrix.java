package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A matrix as a part of an {@link INDArray}, wherever ND4J keeps that. */
final class NdArrayMatrix implements Matrix {
  private final INDArray whole;
  private final long at;
  private final int rows;
  private final int cols;
  private INDArray view;

  private NdArrayMatrix(INDArray whole, long at, int rows, int cols) {
    if (at + (long) rows * cols > whole.length()) {
      throw new IllegalArgumentException(
          format("%d x %d floats from %d on do not fit into %d", rows, cols, at, whole.length()));
    }
    this.whole = whole;
    this.at = at;
    this.rows = rows;
    this.cols = cols;
  }

  /** The elements (1, n) of a dense array, which keeps owning the memory. */
  static NdArrayMatrix of(INDArray whole) {
    return new NdArrayMatrix(whole, 0, 1, Math.toIntExact(whole.length()));
  }

  /** The matrix as what it is. */
  static NdArrayMatrix of(Matrix matrix) {
    if (matrix instanceof NdArrayMatrix array) {
      return array;
    }
    throw new IllegalArgumentException(
        "the ndarray kernels were given a " + matrix.getClass().getSimpleName());
  }

  /** Arbitrary content that lives until {@link #free()}. */
  static NdArrayMatrix take(int rows, int cols) {
    // An array of no elements has no memory to close; one element more harms nobody.
    long size = Math.max(1, (long) rows * cols);
    return new NdArrayMatrix(Nd4j.createUninitialized(DataType.FLOAT, size), 0, rows, cols);
  }

  /** Zeros that live until {@link #free()}. */
  static NdArrayMatrix allocate(int rows, int cols) {
    NdArrayMatrix matrix = take(rows, cols);
    matrix.zero();
    return matrix;
  }

  /** The elements as an array (rows, cols) over the same memory; never closed. */
  INDArray array() {
    if (view == null) {
      view = view(rows, cols);
    }
    return view;
  }

  /** The same elements as an array of another shape; never closed. */
  INDArray view(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return Nd4j.create(whole.data(), shape, strides, at, 'c', DataType.FLOAT);
  }

  /** The upper left (n, n) of the same elements; never closed. */
  INDArray corner(int n) {
    return Nd4j.create(
        whole.data(), new long[] {n, n}, new long[] {cols, 1}, at, 'c', DataType.FLOAT);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
  }

  @Override
  public NdArrayMatrix rows(int from, int count) {
    return new NdArrayMatrix(whole, at + (long) from * cols, count, cols);
  }

  @Override
  public NdArrayMatrix part(int first, int partRows, int partCols) {
    return new NdArrayMatrix(whole, at + first, partRows, partCols);
  }

  @Override
  public NdArrayMatrix shaped(int newRows, int newCols) {
    return new NdArrayMatrix(whole, at, newRows, newCols);
  }

  @Override
  public void get(int first, float[] into, int from, int count) {
    if (count > 0) {
      INDArray copy = part(first, count).dup('c');
      System.arraycopy(copy.data().asFloat(), 0, into, from, count);
      copy.close();
    }
  }

  @Override
  public void put(int first, float[] values, int from, int count) {
    if (count > 0) {
      INDArray copy = Nd4j.createFromArray(Arrays.copyOfRange(values, from, from + count));
      part(first, count).assign(copy);
      copy.close();
    }
  }

  private INDArray part(int first, int count) {
    return new NdArrayMatrix(whole, at + first, 1, count).view(count);
  }

  @Override
  public void zero() {
    if (size() > 0) {
      NdOps.run("zeros_as", array(), array());
    }
  }

  @Override
  public void copyFrom(Matrix other) {
    if (size() > 0) {
      array().assign(of(other).array());
    }
  }

  @Override
  public void free() {
    whole.close();
  }
}
