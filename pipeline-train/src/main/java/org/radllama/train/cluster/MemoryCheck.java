package org.radllama.train.cluster;

import java.util.Collection;
import org.apache.spark.SparkConf;
import org.apache.spark.network.util.JavaUtils;
import org.radllama.failure.MissingResourceException;

/**
 * Compares what a run needs with what its JVMs have.
 *
 * @param slotsEach tasks that an executor runs at a time
 */
record MemoryCheck(SparkConf conf, ClusterSettings settings, MemoryNeed need, int slotsEach) {
  private static final long MB = 1 << 20;

  /** Of an executor's memory that YARN and Kubernetes add for what is outside the heap. */
  private static final double OVERHEAD_FACTOR = 0.1;

  private static final long LEAST_OVERHEAD = 384 * MB;
  private static final String SMALLER =
      "or make it smaller with lora.rank, micro-batch-tokens, max-length, recompute = on,"
          + " spark.executor.cores";

  private boolean local() {
    return ClusterSettings.inOneProcess(conf);
  }

  /**
   * The check.
   *
   * @throws MissingResourceException when it does not fit, saying by how much
   */
  void check(Collection<ExecutorFacts> executors, int slots) {
    driver(Runtime.getRuntime().maxMemory(), slots);
    executors.forEach(this::executor);
  }

  void driver(long heap, int slots) {
    long needed =
        need.driverHeap(settings.gradientsOnDriver(slots, need.vector()))
            + (local() ? need.executorHeap(slots) : 0);
    if (needed > heap) {
      throw new MissingResourceException(
          "the driver needs about %d MB of heap for a vector of %d MB, it has %d MB: --driver-memory %dm, or a smaller lora.rank",
          needed / MB, need.vector() / MB, heap / MB, needed / MB * 5 / 4);
    }
    long result = JavaUtils.byteStringAsBytes(conf.get("spark.driver.maxResultSize", "1g"));
    if (result > 0 && need.vector() + MB > result) {
      throw new MissingResourceException(
          "a gradient has %d MB, spark.driver.maxResultSize allows %d MB: --conf spark.driver.maxResultSize=%dm",
          need.vector() / MB, result / MB, need.vector() / MB * 5 / 4 + 1);
    }
  }

  void executor(ExecutorFacts e) {
    long heap = need.executorHeap(slotsEach);
    if (!local() && heap > e.heap()) {
      throw new MissingResourceException(
          "executor %s needs about %d MB of heap for %d slots, it has %d MB: spark.executor.memory=%dm, or fewer spark.executor.cores",
          e.executor(), heap / MB, slotsEach, e.heap() / MB, heap / MB * 5 / 4);
    }
    if (e.gpu()) {
      gpu(e);
      return;
    }
    long outside = need.engine().perExecutor(slotsEach);
    long whole = heap + outside;
    if (e.process() > 0 && whole > e.process()) {
      throw new MissingResourceException(
          "%s needs about %d MB with the base model, JavaCPP allows its process %d MB: %s=-Dorg.bytedeco.javacpp.maxphysicalbytes=%dm, %s",
          name(e),
          whole / MB,
          e.process() / MB,
          local() ? "--driver-java-options" : "spark.executor.extraJavaOptions",
          whole / MB * 5 / 4,
          SMALLER);
    }
    if (whole > e.machine()) {
      throw new MissingResourceException(
          "%s needs about %d MB with the base model, its machine has %d MB: take a larger one, %s",
          name(e), whole / MB, e.machine() / MB, SMALLER);
    }
    container(e, outside);
  }

  private void gpu(ExecutorFacts e) {
    // Spark gives each task a GPU of its own, or none, and then they share the first.
    long needed = need.engine().onGpu(conf.contains(Gpus.PER_TASK) ? 1 : slotsEach);
    if (needed > e.gpuFree()) {
      throw new MissingResourceException(
          "%s needs about %d MB of GPU memory, %d MB are free: take a larger GPU, or make it smaller with base-precision = bf16, recompute = on, micro-batch-tokens, max-length",
          name(e), needed / MB, e.gpuFree() / MB);
    }
  }

  private String name(ExecutorFacts e) {
    return local() ? "the run" : "executor " + e.executor();
  }

  private void container(ExecutorFacts e, long outside) {
    String master = conf.get("spark.master", "");
    if (!master.equals("yarn") && !master.startsWith("k8s://")) {
      return;
    }
    long memory = JavaUtils.byteStringAsBytes(conf.get("spark.executor.memory", "1g"));
    long overhead =
        conf.contains("spark.executor.memoryOverhead")
            ? conf.getSizeAsMb("spark.executor.memoryOverhead", "0") * MB
            : Math.max(
                LEAST_OVERHEAD,
                (long)
                    (memory
                        * conf.getDouble("spark.executor.memoryOverheadFactor", OVERHEAD_FACTOR)));
    if (outside > overhead) {
      throw new MissingResourceException(
          "executor %s needs about %d MB outside its heap for the base model and activations, its container has %d MB: spark.executor.memoryOverhead=%dm, %s",
          e.executor(), outside / MB, overhead / MB, outside / MB * 5 / 4 + 384, SMALLER);
    }
  }
}
