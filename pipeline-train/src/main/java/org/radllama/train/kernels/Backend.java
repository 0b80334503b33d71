package org.radllama.train.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.radllama.train.engine.Precision;

/** Where matrices lie and who computes with them. Equal ones may share matrices. */
public sealed interface Backend permits FusedBackend, NdArrayBackend, TorchBackend {
  /** The operations, for one thread that works alone. */
  default Kernels kernels() {
    return kernels(1);
  }

  /**
   * The operations, for one calling thread.
   *
   * @param threads at most so many work on one product where that pays, at least 1
   */
  Kernels kernels(int threads);

  /** An arena, for one thread. */
  Arena arena();

  /** Zeros that live until {@link Matrix#free()}. */
  default Matrix allocate(int rows, int cols) {
    return allocate(Precision.F32, rows, cols);
  }

  /** Whether matrices lie in the machine's own memory. */
  boolean onHost();

  /** Zeros in the format of intermediates, until {@link Matrix#free()}. */
  default Matrix intermediate(int rows, int cols) {
    return allocate(rows, cols);
  }

  /**
   * Memory for a matrix that is filled by whole rows and then only read, until {@link
   * Matrix#free()}: the right-hand factor of {@link Kernels#timesTransposed} and {@link
   * Kernels#times}, or the table of {@link Kernels#gather}.
   *
   * @throws IllegalArgumentException where the kernels cannot compute with this precision
   */
  Matrix allocate(Precision precision, int rows, int cols);

  /** Whether the kernels can compute with a base held so. */
  boolean supports(Precision precision);

  /**
   * Memory for a matrix that is filled by whole rows and then only the right-hand factor of {@link
   * Kernels#eachTimesTransposed} or {@link Kernels#timesTransposed}, or the table of {@link
   * Kernels#gather}: it may lie as these like it best.
   *
   * @param arena what holds it, with room for {@link #forwardFloats}
   */
  default Matrix forward(Precision precision, int rows, int cols, Arena arena) {
    return allocate(precision, rows, cols);
  }

  /** Floats whose memory {@link #forward} takes of the arena. */
  default long forwardFloats(Precision precision, int rows, int cols) {
    return 0;
  }

  /**
   * A matrix (1, n) for the numbers of a dense array that is no view: over the array's own memory
   * where the kernels can reach it, else new zeros. {@link #release} gives it back.
   */
  Matrix numbers(INDArray array);

  /** Frees what {@link #numbers} took. */
  default void release(Matrix numbers) {}
}
