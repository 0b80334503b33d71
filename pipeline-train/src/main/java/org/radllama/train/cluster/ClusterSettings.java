package org.radllama.train.cluster;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.radllama.run.SettingReader;
import org.radllama.run.ShippedFiles;

/**
 * The settings under {@code cluster {}}: where things are and how they travel; none changes a
 * result.
 *
 * @param executorBaseModel where executors find the base, empty for none
 * @param patience how long to wait for executors at the start
 * @param stallAfter how long no step may end before it is said; zero for never
 * @param reduce who adds the tasks' gradients up
 * @param executorGpus GPUs of each executor that are asked for with the gradients' stages; 0 leaves
 *     GPUs to what spark-submit was given
 * @param discoveryScript what those executors find their GPUs with
 */
public record ClusterSettings(
    String executorBaseModel,
    Duration patience,
    Duration stallAfter,
    Reduce reduce,
    int executorGpus,
    String discoveryScript) {

  /** Who adds the tasks' gradients up. */
  public enum Reduce {
    /** The driver for up to 64 MB of gradients, else executors. */
    AUTO,
    /** The driver takes every task's gradient. */
    DRIVER,
    /** Executors add up slices of all tasks' gradients; the driver takes each slice once. */
    EXECUTORS
  }

  /** Bytes of all gradients up to which the executors' stage costs more than it saves. */
  private static final long FEW_BYTES = 64_000_000;

  /**
   * Whole gradients that the driver holds at once.
   *
   * @param tasks that give one each
   * @param bytes of one
   * @return 1 when executors add them up
   */
  public int gradientsOnDriver(int tasks, long bytes) {
    return switch (reduce) {
      case DRIVER -> tasks;
      case EXECUTORS -> 1;
      case AUTO -> tasks * bytes <= FEW_BYTES ? tasks : 1;
    };
  }

  /** Whether tasks run in the driver's own process, one JVM for all. */
  static boolean inOneProcess(SparkConf conf) {
    String master = conf.get("spark.master", "local[*]");
    return master.equals("local") || master.startsWith("local[");
  }

  /** Where a path that may be {@code shipped:NAME} is in this JVM. */
  public static String shipped(String path) {
    return ShippedFiles.resolve(
        path,
        "a driver outside of a YARN cluster needs its own --base-model and"
            + " cluster.executor-base-model = "
            + path);
  }

  /**
   * Reads {@code cluster {}}.
   *
   * @param baseModel the driver's, where executors' is not set
   */
  public static ClusterSettings of(SettingReader r, String baseModel) {
    int gpus = r.atLeast(0, "executor-gpus");
    String script = r.text("discovery-script");
    r.require(
        gpus == 0 || !script.isBlank(),
        "cluster.executor-gpus is %d, must be 0, or a number with cluster.discovery-script naming a"
            + " script",
        gpus);
    Duration stallAfter = r.duration("stall-after");
    r.require(!stallAfter.isNegative(), "cluster.stall-after must not be negative");
    return new ClusterSettings(
        r.optionalText("executor-base-model").orElse(baseModel),
        r.duration("wait"),
        stallAfter,
        r.oneOf("reduce", Reduce.class),
        gpus,
        script);
  }
}
