package org.radllama.train.cluster;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.bytedeco.javacpp.Pointer;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.kernels.Libtorch;
import org.radllama.train.kernels.NativeMemory;

/**
 * What a task sees of the JVM it runs in.
 *
 * @param heap its largest heap
 * @param process the limit that JavaCPP keeps the whole process under, 0 for none
 * @param machine memory of the machine or of the container
 * @param gpu whether it computes on a GPU
 * @param gpuFree bytes that are free on that GPU
 * @param problem why no training can run there, or empty
 */
record ExecutorFacts(
    String executor,
    long heap,
    long process,
    long machine,
    boolean gpu,
    long gpuFree,
    String problem)
    implements Serializable {

  static {
    NativeMemory.unbound(); // before JavaCPP is asked for its limits
  }

  /** Of the JVM of the task that runs in this thread. */
  static ExecutorFacts here(EngineSettings settings) {
    boolean gpu = NvidiaDriver.forGpus(settings);
    long free = 0;
    String problem = "";
    try {
      if (gpu) {
        free = NvidiaDriver.require(Gpus.ofTask());
      } else if (settings.device() == DeviceKind.CUDA) {
        problem = Libtorch.NO_GPUS;
      } else if (settings.kernels() == KernelKind.TORCH && !Libtorch.present()) {
        problem = Libtorch.ABSENT;
      }
    } catch (MissingResourceException e) {
      problem = e.getMessage();
    }
    return new ExecutorFacts(
        SparkEnv.get().executorId(),
        Runtime.getRuntime().maxMemory(),
        Pointer.maxPhysicalBytes(),
        NativeMemory.machine(),
        gpu,
        free,
        problem);
  }
}
