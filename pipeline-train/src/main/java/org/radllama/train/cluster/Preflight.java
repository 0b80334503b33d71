package org.radllama.train.cluster;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.util.CollectionAccumulator;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineSettings;

/** Looks at what a run needs before anything is loaded; ends it with exit 5 and the fix. */
public final class Preflight {
  private final JavaSparkContext spark;
  private final ClusterSettings settings;
  private final EngineSettings engine;
  private final Optional<ResourceProfile> profile;

  /** A look at the cluster of a session. */
  public Preflight(JavaSparkContext spark, ClusterSettings settings, EngineSettings engine) {
    this.spark = spark;
    this.settings = settings;
    this.engine = engine;
    profile = Gpus.profile(spark.sc(), settings);
  }

  /**
   * What can be seen before Spark starts.
   *
   * @throws MissingResourceException when something is missing, saying what to set
   */
  public static void check(SparkConf conf, ClusterSettings settings) {
    GpuRequest.check(conf, settings);
  }

  /**
   * Waits for the first executors and asks each what it has.
   *
   * @return one line on what there is
   * @throws MissingResourceException when none comes, or when the run does not fit into their
   *     memory
   */
  public String check(MemoryNeed need) {
    List<ExecutorFacts> first = ask(1);
    int slots = slots();
    Map<String, ExecutorFacts> executors = new TreeMap<>();
    ask(slots).forEach(f -> executors.put(f.executor(), f));
    first.forEach(f -> executors.put(f.executor(), f));
    executors.values().stream()
        .filter(f -> !f.problem().isEmpty())
        .findFirst()
        .ifPresent(
            f -> {
              throw new MissingResourceException("executor %s: %s", f.executor(), f.problem());
            });
    int each = Math.max(1, (slots + executors.size() - 1) / executors.size());
    new MemoryCheck(spark.getConf(), settings, need, each).check(executors.values(), slots);
    return format("cluster: %d slots on %d executors", slots, executors.size());
  }

  /** Tasks that the executors there are now can run at a time; at least 1. */
  public int slots() {
    return Math.max(1, spark.sc().maxNumConcurrentTasks(Gpus.orDefault(spark.sc(), profile)));
  }

  private List<ExecutorFacts> ask(int tasks) {
    JavaRDD<Integer> rdd = spark.parallelize(new ArrayList<>(Collections.nCopies(tasks, 0)), tasks);
    // An accumulator's values travel by Java's serializer, whatever Spark is set to use.
    CollectionAccumulator<ExecutorFacts> facts = new CollectionAccumulator<>();
    EngineSettings how = engine;
    spark.sc().register(facts, "facts");
    JavaFutureAction<Void> asked =
        profile
            .map(rdd::withResources)
            .orElse(rdd)
            .foreachAsync(i -> facts.add(ExecutorFacts.here(how)));
    try {
      asked.get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
      return facts.value();
    } catch (TimeoutException e) {
      asked.cancel(true);
      throw nobody();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the first tasks failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private MissingResourceException nobody() {
    SparkConf conf = spark.getConf();
    int gpus = Math.max(settings.executorGpus(), conf.getInt(Gpus.PER_EXECUTOR, 0));
    return new MissingResourceException(
        "no task could start within %d s (cluster.wait): the cluster at %s gave no executor of %s memory, %s cores and %d GPUs; free some, or ask for less with spark.executor.memory, .cores and .resource.gpu.amount%s",
        settings.patience().toSeconds(),
        spark.master(),
        conf.get("spark.executor.memory", "1g"),
        conf.get("spark.executor.cores", "the default"),
        gpus,
        gpus == 0 ? "" : " (executors whose discovery script finds fewer end at once)");
  }
}
