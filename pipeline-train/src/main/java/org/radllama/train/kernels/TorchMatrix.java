package org.radllama.train.kernels;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A matrix as a part of one of libtorch's tensors, on a CPU or a GPU. */
@SuppressWarnings("try") // a scope is only there to be closed
final class TorchMatrix implements Matrix {
  private static final float LARGEST_HALF = 65504;

  private final Tensor whole;
  private final ScalarType type;
  private final long at;
  private final int rows;
  private final int cols;

  private TorchMatrix(Tensor whole, ScalarType type, long at, int rows, int cols) {
    this.whole = whole;
    this.type = type;
    this.at = at;
    this.rows = rows;
    this.cols = cols;
  }

  /** The matrix as what it is. */
  static TorchMatrix of(Matrix matrix) {
    if (matrix instanceof TorchMatrix torchMatrix) {
      return torchMatrix;
    }
    throw new IllegalArgumentException(
        "the torch kernels were given a " + matrix.getClass().getSimpleName());
  }

  /** Arbitrary content that lives until {@link #free()}. */
  static TorchMatrix take(TorchDevice device, ScalarType type, int rows, int cols) {
    try (PointerScope scope = new PointerScope()) {
      // A view of a tensor without elements has no place to begin.
      Tensor whole = device.empty(type, Math.max(1, (long) rows * cols)).retainReference();
      return new TorchMatrix(whole, type, 0, rows, cols);
    }
  }

  /** Zeros that live until {@link #free()}. */
  static TorchMatrix allocate(TorchDevice device, ScalarType type, int rows, int cols) {
    TorchMatrix matrix = take(device, type, rows, cols);
    matrix.zero();
    return matrix;
  }

  /** A matrix of these kernels as a tensor, see {@link #tensor()}. */
  static Tensor tensor(Matrix matrix) {
    return of(matrix).tensor();
  }

  ScalarType type() {
    return type;
  }

  /** The elements as a tensor (rows, cols) over the same memory, in the caller's scope. */
  Tensor tensor() {
    return view(rows, cols);
  }

  /** The elements as a tensor of another shape over the same memory, in the caller's scope. */
  Tensor view(long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= shape[i];
    }
    return whole.as_strided(shape, strides, new LongOptional(at));
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
  public long bytes() {
    return (long) rows * cols * (type == ScalarType.Float ? Float.BYTES : Short.BYTES);
  }

  @Override
  public TorchMatrix rows(int from, int count) {
    return new TorchMatrix(whole, type, at + (long) from * cols, count, cols);
  }

  @Override
  public TorchMatrix shaped(int newRows, int newCols) {
    return new TorchMatrix(whole, type, at, newRows, newCols);
  }

  @Override
  public TorchMatrix part(int first, int partRows, int partCols) {
    return new TorchMatrix(whole, type, at + first, partRows, partCols);
  }

  @Override
  public void get(int first, float[] into, int from, int count) {
    if (count > 0) {
      try (PointerScope scope = new PointerScope()) {
        FloatPointer host = new FloatPointer(count);
        torch.from_blob(host, count).copy_(part(first, 1, count).view(count));
        host.get(into, from, count);
      }
    }
  }

  @Override
  public void put(int first, float[] values, int from, int count) {
    if (count > 0) {
      try (PointerScope scope = new PointerScope()) {
        FloatPointer host = new FloatPointer(count);
        host.put(values, from, count);
        requireRange(values, from, count);
        part(first, 1, count).view(count).copy_(torch.from_blob(host, count));
      }
    }
  }

  /** A half's largest number is 65504; what is larger would become infinite. */
  private void requireRange(float[] values, int from, int count) {
    for (int i = from; type == ScalarType.Half && i < from + count; i++) {
      if (Math.abs(values[i]) > LARGEST_HALF) {
        throw new ArithmeticException("fp16 has no number like " + values[i]);
      }
    }
  }

  @Override
  public void zero() {
    try (PointerScope scope = new PointerScope()) {
      tensor().zero_();
    }
  }

  @Override
  public void copyFrom(Matrix other) {
    try (PointerScope scope = new PointerScope()) {
      view(size()).copy_(of(other).view(size()));
    }
  }

  @Override
  public void free() {
    whole.releaseReference();
  }
}
