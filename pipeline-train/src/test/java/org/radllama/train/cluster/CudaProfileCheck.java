package org.radllama.train.cluster;

import java.util.ServiceLoader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Console;
import org.radllama.run.ExitCode;
import org.radllama.train.engine.EngineProvider;

/**
 * What deploy/gpu/check-cuda-profile runs on the class path of the profile {@code cuda}: which
 * backends ND4J finds, whether the preflight lets this machine pass, and if so a product on it.
 */
public final class CudaProfileCheck {
  private CudaProfileCheck() {}

  /**
   * Exits 0 when the GPU computes, 5 when the machine is refused, 1 when something else is wrong.
   */
  public static void main(String[] args) {
    if (!NvidiaDriver.cuda()) {
      Console.system().line("JCublasBackend is not on the class path");
      System.exit(1);
    }
    for (Nd4jBackend backend : ServiceLoader.load(Nd4jBackend.class)) {
      Console.system().line("backend on the class path: " + backend.getClass().getName());
    }
    try {
      NvidiaDriver.requireForCuda(EngineProvider.ANY_DEVICE);
    } catch (MissingResourceException e) {
      Console.system().result(e.getMessage());
      System.exit(ExitCode.RESOURCES.code());
    }
    INDArray product = Nd4j.ones(64, 64).mmul(Nd4j.ones(64, 64));
    boolean right = product.sumNumber().doubleValue() == 64.0 * 64 * 64;
    boolean chosen = !Nd4j.getBackend().getEnvironment().isCPU();
    Console.system()
        .result(
            "%s, product %s"
                .formatted(
                    Nd4j.getBackend().getClass().getSimpleName(), right ? "right" : "wrong"));
    System.exit(right && chosen ? 0 : 1);
  }
}
