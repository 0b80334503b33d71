package org.radllama.train.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.Shell;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.resource.ResourceInformation;
import org.radllama.failure.MissingResourceException;

/**
 * What was asked of Spark about GPUs, looked at before Spark starts: where it would hang, or die.
 */
record GpuRequest(SparkConf conf, ClusterSettings settings) {
  private static final String PER_WORKER = "spark.worker.resource.gpu.amount";
  private static final String WORKERS_SCRIPT = "spark.worker.resource.gpu.discoveryScript";
  private static final int SCRIPT_SECONDS = 30;

  private String master() {
    return conf.get("spark.master", "local[*]");
  }

  /**
   * Refuses what cannot work.
   *
   * @throws MissingResourceException with what to change
   */
  static void check(SparkConf conf, ClusterSettings settings) {
    GpuRequest request = new GpuRequest(conf, settings);
    if (conf.contains(Gpus.PER_EXECUTOR)
        || conf.contains(Gpus.PER_TASK)
        || settings.executorGpus() > 0) {
      request.requireScheduler();
      request.requireAmounts();
      request.requireScript();
    }
  }

  private void requireScheduler() {
    if (ClusterSettings.inOneProcess(conf)) {
      throw new MissingResourceException(
          "--master %s gives tasks no GPU, so they would wait forever: leave %s out (the engine finds this machine's GPU by itself), or use local-cluster[1,CORES,MB] or a standalone master",
          master(), conf.contains(Gpus.PER_TASK) ? Gpus.PER_TASK : "GPUs");
    }
    if (settings.executorGpus() > 0 && !conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      throw new MissingResourceException(
          "cluster.executor-gpus asks for executors with the stages that need them, which needs spark.dynamicAllocation.enabled=true; without it give spark-submit --conf %s=%d --conf %s=1",
          Gpus.PER_EXECUTOR, settings.executorGpus(), Gpus.PER_TASK);
    }
  }

  private void requireAmounts() {
    if (settings.executorGpus() > 0) {
      return;
    }
    if (!conf.contains(Gpus.PER_EXECUTOR)) {
      throw new MissingResourceException(
          "%s is set, so executors need GPUs: --conf %s=1", Gpus.PER_TASK, Gpus.PER_EXECUTOR);
    }
    String task = conf.get(Gpus.PER_TASK, "nothing");
    if (!task.matches("1(\\.0*)?")) {
      throw new MissingResourceException(
          "%s is %s, but a task needs one GPU for itself: --conf %s=1",
          Gpus.PER_TASK, task, Gpus.PER_TASK);
    }
    int asked = conf.getInt(Gpus.PER_EXECUTOR, 0);
    if (master().startsWith("local-cluster") && conf.getInt(PER_WORKER, 0) < asked) {
      throw new MissingResourceException(
          "an executor asks for %d GPUs, its worker offers %d: --conf %s=%d",
          asked, conf.getInt(PER_WORKER, 0), PER_WORKER, asked);
    }
  }

  private void requireScript() {
    boolean workers = master().startsWith("local-cluster");
    String script =
        settings.executorGpus() > 0
            ? settings.discoveryScript()
            : conf.get(workers ? WORKERS_SCRIPT : Gpus.SCRIPT, "");
    if (script.isBlank()) {
      if (workers || master().equals("yarn") || master().startsWith("k8s://")) {
        throw new MissingResourceException(
            "executors cannot find their GPUs: --conf %s=PATH of deploy/gpu/discover-gpus",
            workers ? WORKERS_SCRIPT : Gpus.SCRIPT);
      }
      return;
    }
    Optional<Path> here = onThisMachine(script);
    if (here.isPresent() && !Files.isExecutable(here.get())) {
      throw new MissingResourceException(
          "the discovery script %s is not executable: chmod +x %s", script, here.get());
    }
    if (workers) {
      requireAddresses(
          here.orElseThrow(
              () -> new MissingResourceException("there is no discovery script " + script)));
    }
  }

  /** A shipped script lies where {@code --files} took it from; others may be on the nodes only. */
  private Optional<Path> onThisMachine(String script) {
    Path path = Path.of(script);
    if (path.isAbsolute()) {
      return Optional.of(path).filter(Files::exists);
    }
    String files = conf.get("spark.files", "") + "," + conf.get("spark.yarn.dist.files", "");
    return Arrays.stream(files.split(","))
        .filter(f -> f.startsWith("file:") || f.startsWith("/"))
        .map(f -> Path.of(f.replaceFirst("^file:/*", "/").replaceFirst("#.*", "")))
        .filter(f -> f.getFileName().equals(path.getFileName()) && Files.exists(f))
        .findFirst();
  }

  private void requireAddresses(Path script) {
    int asked = conf.getInt(PER_WORKER, 0);
    int found = addresses(script).length;
    if (found < asked) {
      throw new MissingResourceException(
          "%s=%d, but the discovery script finds %d here: ask for fewer, or look with nvidia-smi",
          PER_WORKER, asked, found);
    }
  }

  private static String[] addresses(Path script) {
    try {
      String[] command = {script.toString()};
      long most = TimeUnit.SECONDS.toMillis(SCRIPT_SECONDS);
      return parsed(script, Shell.execCommand(null, command, most).strip());
    } catch (Shell.ExitCodeException e) {
      throw new MissingResourceException(
          "the discovery script %s failed: run it yourself to see why", script);
    } catch (IOException e) {
      throw new MissingResourceException(
          "the discovery script %s cannot be run".formatted(script), e);
    }
  }

  private static String[] parsed(Path script, String out) {
    try {
      return ResourceInformation.parseJson(out).addresses();
    } catch (Exception e) {
      if (e instanceof RuntimeException || e instanceof SparkException) {
        throw new MissingResourceException(
            "the discovery script %s must print {\"name\": \"gpu\", \"addresses\": [\"0\"]}"
                .formatted(script),
            e);
      }
      throw e;
    }
  }
}
