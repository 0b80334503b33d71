package org.radllama.train.cluster;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.ResourceProfileManager;
import org.apache.spark.resource.TaskResourceRequests;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSettings;
import scala.Option;

/** GPUs as Spark schedules them: one to a task. */
public final class Gpus {
  static final String PER_EXECUTOR = "spark.executor.resource.gpu.amount";
  static final String PER_TASK = "spark.task.resource.gpu.amount";
  static final String SCRIPT = "spark.executor.resource.gpu.discoveryScript";
  private static final String GPU = "gpu";
  private static final String VENDOR = "nvidia.com";

  /** Bytes that were free on each GPU when it was looked at. */
  private static final Map<Integer, Long> FREE = new ConcurrentHashMap<>();

  private Gpus() {}

  /**
   * The GPU that Spark gave to the task that runs in this thread.
   *
   * @return its index, or {@link EngineProvider#ANY_DEVICE} when tasks have none
   * @throws MissingResourceException when its address is no index
   */
  public static int ofTask() {
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> resources = task == null ? Map.of() : task.resourcesJMap();
    if (!resources.containsKey(GPU)) {
      return EngineProvider.ANY_DEVICE;
    }
    return index(resources.get(GPU).addresses()[0]);
  }

  /**
   * {@link #ofTask()}, looked at before libtorch is loaded, which leaves out a GPU that it cannot
   * use without saying why.
   *
   * @throws MissingResourceException for a driver, GPU or library that is not there, in one line
   */
  public static int usable(EngineSettings settings) {
    int device = ofTask();
    if (NvidiaDriver.forGpus(settings)) {
      FREE.computeIfAbsent(device, NvidiaDriver::require);
    }
    return device;
  }

  static int index(String address) {
    try {
      return Integer.parseInt(address);
    } catch (NumberFormatException e) {
      throw new MissingResourceException(
          "a GPU's address is %s, must be its index: use deploy/gpu/discover-gpus as discovery script"
              .formatted(address),
          e);
    }
  }

  /**
   * The profile of the gradients' stages, where executors with GPUs are asked for with these stages
   * instead of with the application. The same one each time, since executors serve one profile.
   */
  public static Optional<ResourceProfile> profile(SparkContext spark, ClusterSettings settings) {
    if (settings.executorGpus() == 0) {
      return Optional.empty();
    }
    ResourceProfile wanted = profileOf(spark.getConf(), settings);
    ResourceProfileManager known = spark.resourceProfileManager();
    Option<ResourceProfile> same = known.getEquivalentProfile(wanted);
    if (same.isDefined()) {
      return Optional.of(same.get());
    }
    known.addResourceProfile(wanted);
    return Optional.of(wanted);
  }

  /** The profile that stages have: their own, or else the application's. */
  public static ResourceProfile orDefault(SparkContext spark, Optional<ResourceProfile> profile) {
    return profile.orElseGet(spark.resourceProfileManager()::defaultResourceProfile);
  }

  private static ResourceProfile profileOf(SparkConf conf, ClusterSettings settings) {
    ExecutorResourceRequests executor =
        new ExecutorResourceRequests()
            .cores(conf.getInt("spark.executor.cores", 1))
            .memory(conf.get("spark.executor.memory", "1g"))
            .resource(GPU, settings.executorGpus(), settings.discoveryScript(), VENDOR);
    conf.getOption("spark.executor.memoryOverhead").foreach(executor::memoryOverhead);
    TaskResourceRequests task =
        new TaskResourceRequests().cpus(conf.getInt("spark.task.cpus", 1)).resource(GPU, 1);
    return new ResourceProfileBuilder().require(executor).require(task).build();
  }
}
