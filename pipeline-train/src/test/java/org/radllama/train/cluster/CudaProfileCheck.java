package org.radllama.train.cluster;

import java.util.Arrays;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Console;
import org.radllama.run.ExitCode;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Libtorch;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.NdArrayBackend;
import org.radllama.train.kernels.TorchBackend;

/**
 * What deploy/gpu/check-cuda-profile runs on the class path of a profile for GPUs: whether the
 * preflight lets this machine pass, and if so a product on its GPU.
 */
public final class CudaProfileCheck {
  private static final int SIZE = 64;

  private CudaProfileCheck() {}

  /**
   * Exits 0 when the GPU computes, 5 when the machine is refused, 1 when something else is wrong.
   */
  public static void main(String[] args) {
    if (!NvidiaDriver.nd4j() && !Libtorch.forGpus()) {
      Console.system().line("this build is not for GPUs");
      System.exit(1);
    }
    try {
      NvidiaDriver.require(EngineProvider.ANY_DEVICE);
    } catch (MissingResourceException e) {
      Console.system().result(e.getMessage());
      System.exit(ExitCode.RESOURCES.code());
    }
    Backend backend =
        NvidiaDriver.nd4j() ? new NdArrayBackend() : new TorchBackend("cuda:0", Precision.F32);
    boolean right = product(backend) == SIZE;
    Console.system().result("%s, product %s".formatted(backend, right ? "right" : "wrong"));
    System.exit(right ? 0 : 1);
  }

  private static float product(Backend backend) {
    float[] ones = new float[SIZE * SIZE];
    Arrays.fill(ones, 1);
    Matrix factor = backend.allocate(SIZE, SIZE);
    Matrix product = backend.allocate(SIZE, SIZE);
    factor.put(0, ones, 0, ones.length);
    try (Kernels kernels = backend.kernels()) {
      kernels.times(factor, factor, 1, 0, product);
      return product.toArray()[SIZE];
    } finally {
      factor.free();
      product.free();
    }
  }
}
