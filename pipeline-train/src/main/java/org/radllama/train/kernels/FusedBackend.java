package org.radllama.train.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.radllama.train.engine.Precision;

/**
 * Host memory, OpenBLAS, oneDNN and fused Java loops: the fastest on a CPU.
 *
 * @param rounded whether products of many rows round their factors to bf16 where the processor
 *     gains by it
 */
public record FusedBackend(boolean rounded) implements Backend {
  static {
    NativeMemory.unbound();
  }

  /** Products in f32. */
  public FusedBackend() {
    this(false);
  }

  @Override
  public Kernels kernels(int threads) {
    return new FusedKernels(threads, rounded ? new RoundedProducts() : Products.EXACT);
  }

  @Override
  public Arena arena() {
    return new HostArena();
  }

  @Override
  public Matrix allocate(Precision precision, int rows, int cols) {
    return precision == Precision.F32
        ? HostMatrix.allocate(rows, cols)
        : QuantisedMatrix.allocate(precision, rows, cols);
  }

  @Override
  public boolean supports(Precision precision) {
    return true;
  }

  @Override
  public boolean onHost() {
    return true;
  }

  @Override
  public Matrix forward(Precision precision, int rows, int cols, Arena arena) {
    return LongRows.of(precision) == 0
        ? allocate(precision, rows, cols)
        : PackedMatrix.take(precision, rows, cols, arena);
  }

  @Override
  public long forwardFloats(Precision precision, int rows, int cols) {
    return LongRows.of(precision) == 0 ? 0 : PackedMatrix.floats(precision, rows, cols);
  }

  @Override
  public Matrix numbers(INDArray array) {
    return HostMatrix.of(array);
  }
}
