package org.radllama.train.kernels;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.KernelKind;

/** The libtorch on the class path, asked without loading what is not there. */
public final class Libtorch {
  /** What to say where a setting asks for it and it is not there. */
  public static final String ABSENT =
      "kernels is torch, but this build has no libtorch: build it with mvn -P cuda package";

  /** What to say where a setting asks for a GPU and the build is for CPUs. */
  public static final String NO_GPUS =
      "device is cuda, but this build is for CPUs: build it with -P cuda";

  private static final String AT = "org/bytedeco/pytorch/linux-x86_64";
  private static final String AT_GPU = AT + "-gpu";
  private static final boolean CPU = has(AT + "/libtorch_cpu.so");
  private static final boolean GPU = has(AT_GPU + "/libtorch_cuda.so");

  private static boolean unpacked;

  private Libtorch() {}

  private static boolean has(String resource) {
    return Libtorch.class.getClassLoader().getResource(resource) != null;
  }

  /** Whether there is any. */
  public static boolean present() {
    return CPU || GPU;
  }

  /** Whether it is built for GPUs. */
  public static boolean forGpus() {
    return GPU;
  }

  /**
   * Whether these settings mean libtorch on a GPU: with a build for GPUs, unless they say
   * otherwise.
   */
  public static boolean onGpu(EngineSettings settings) {
    KernelKind kernels = settings.kernels();
    return GPU
        && settings.device() != DeviceKind.CPU
        && (kernels == KernelKind.AUTO || kernels == KernelKind.TORCH);
  }

  /**
   * Number of GPUs it can use here; 0 also where a CUDA library is missing, since libtorch then
   * ignores GPUs.
   */
  public static int gpus() {
    load();
    return GPU && torch.cuda_is_available() ? torch.cuda_device_count() : 0;
  }

  /**
   * Unpacks all of it before the first of it is loaded: the library for GPUs needs others, and
   * where they are not there yet, libtorch continues without GPUs for as long as the process lives.
   */
  static synchronized void load() {
    if (GPU && !unpacked) {
      try {
        Loader.cacheResources("/" + AT_GPU);
      } catch (IOException e) {
        throw new MissingResourceException(
            "libtorch could not be unpacked below the folder org.bytedeco.javacpp.cachedir", e);
      }
      unpacked = true;
    }
  }
}
