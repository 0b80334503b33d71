package org.radllama.train.kernels;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.train.engine.Precision;

/** Where matrices lie and who computes with them. */
public enum Backend {
  /** Host memory, OpenBLAS and fused Java loops: the fastest on a CPU. */
  FUSED {
    @Override
    public Kernels kernels(int threads) {
      return new FusedKernels(threads);
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
    public Matrix forward(Precision precision, int rows, int cols, Arena arena) {
      return PackedMatrix.take(precision, rows, cols, arena);
    }

    @Override
    public long forwardFloats(Precision precision, int rows, int cols) {
      return PackedMatrix.floats(precision, rows, cols);
    }

    @Override
    public Matrix over(INDArray array, long at, int rows, int cols) {
      return HostMatrix.of(array, at, rows, cols);
    }
  },

  /** Arrays and operations of whatever ND4J computes with, a GPU for instance. */
  NDARRAY {
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
      if (precision != Precision.F32) {
        throw new IllegalArgumentException(
            "these kernels compute with f32 alone, not " + precision.label());
      }
      return NdArrayMatrix.allocate(rows, cols);
    }

    @Override
    public Matrix over(INDArray array, long at, int rows, int cols) {
      return NdArrayMatrix.of(array, at, rows, cols);
    }
  };

  static {
    NativeMemory.unbound();
  }

  /** The backend for where ND4J's arrays lie: fused in host memory, else ndarray. */
  public static Backend fitting() {
    return Nd4j.getBackend().getEnvironment().isCPU() ? FUSED : NDARRAY;
  }

  /** The operations, for one thread that works alone. */
  public final Kernels kernels() {
    return kernels(1);
  }

  /**
   * The operations, for one calling thread.
   *
   * @param threads at most so many work on one product where that pays, at least 1
   */
  public abstract Kernels kernels(int threads);

  /** An arena, for one thread. */
  public abstract Arena arena();

  /** Zeros that live until {@link Matrix#free()}. */
  public final Matrix allocate(int rows, int cols) {
    return allocate(Precision.F32, rows, cols);
  }

  /**
   * Memory for a matrix that is filled by whole rows and then only read, until {@link
   * Matrix#free()}: the right-hand factor of {@link Kernels#timesTransposed} and {@link
   * Kernels#times}, or the table of {@link Kernels#gather}.
   *
   * @throws IllegalArgumentException where the kernels cannot compute with this precision
   */
  public abstract Matrix allocate(Precision precision, int rows, int cols);

  /**
   * Memory for a matrix that is filled by whole rows and then only the right-hand factor of {@link
   * Kernels#eachTimesTransposed} or {@link Kernels#timesTransposed}, or the table of {@link
   * Kernels#gather}: it may lie as these like it best.
   *
   * @param arena what holds it, with room for {@link #forwardFloats}
   */
  public Matrix forward(Precision precision, int rows, int cols, Arena arena) {
    return allocate(precision, rows, cols);
  }

  /** Floats whose memory {@link #forward} takes of the arena. */
  public long forwardFloats(Precision precision, int rows, int cols) {
    return 0;
  }

  /**
   * Elements {@code at} and on of a dense row-major array that is no view; the array keeps owning
   * the memory.
   */
  public abstract Matrix over(INDArray array, long at, int rows, int cols);
}
