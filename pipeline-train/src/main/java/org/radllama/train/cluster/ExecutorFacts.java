package org.radllama.train.cluster;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.bytedeco.javacpp.Pointer;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.kernels.NativeMemory;

/**
 * What a task sees of the JVM it runs in.
 *
 * @param heap its largest heap
 * @param process the limit that JavaCPP keeps the whole process under, 0 for none
 * @param machine memory of the machine or of the container
 * @param cuda whether ND4J computes on GPUs there
 * @param problem why no training can run there, or empty
 */
record ExecutorFacts(
    String executor, long heap, long process, long machine, boolean cuda, String problem)
    implements Serializable {

  /** Of the JVM of the task that runs in this thread. */
  static ExecutorFacts here() {
    String problem = "";
    try {
      NvidiaDriver.requireForCuda(Gpus.ofTask());
    } catch (MissingResourceException e) {
      problem = e.getMessage();
    }
    return new ExecutorFacts(
        SparkEnv.get().executorId(),
        Runtime.getRuntime().maxMemory(),
        Pointer.maxPhysicalBytes(),
        NativeMemory.machine(),
        NvidiaDriver.cuda(),
        problem);
  }
}
