package org.radllama.train.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.train.engine.Precision;

/** Arrays and operations of whatever ND4J computes with, a GPU for instance; in f32 alone. */
public record NdArrayBackend() implements Backend {
  static {
    NativeMemory.unbound();
  }

  @Override
  public Kernels kernels(int threads) {
    return new NdArrayKernels();
  }

  @Override
  public Arena arena() {
    return new NdArrayArena();
  }

  @Override
  public Matrix allocate(Precision precision, int rows, int cols) {
    if (!supports(precision)) {
      throw new IllegalArgumentException(
          "these kernels compute with f32 alone, not " + precision.label());
    }
    return NdArrayMatrix.allocate(rows, cols);
  }

  @Override
  public boolean supports(Precision precision) {
    return precision == Precision.F32;
  }

  @Override
  public boolean onHost() {
    return Nd4j.getBackend().getEnvironment().isCPU();
  }

  @Override
  public Matrix numbers(INDArray array) {
    return NdArrayMatrix.of(array);
  }
}
