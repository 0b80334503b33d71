package org.radllama.train.step;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.cluster.Gpus;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;

/**
 * Gradients and losses by Spark tasks. Each task owns an aligned subtree of the step's
 * micro-batches and gives one sum; the rest of the tree is added up by {@link TreeReduction}. A
 * task that is run again gives the same sum.
 */
public final class SparkGradients implements AutoCloseable {
  /** How many numbers can be trained: the longest gradient that a task can send. */
  public static final int MOST_PARAMETERS = Wire.MOST;

  private final JavaSparkContext spark;
  private final EngineSpec spec;
  private final Optional<ResourceProfile> profile;
  private final TreeReduction reduction;
  private final Consumer<String> report;
  private final String run = UUID.randomUUID().toString();
  private final Broadcast<SerializableConfiguration> hadoop;
  private final CollectionAccumulator<ExecutorEngine.Ready> ready;
  private final CollectionAccumulator<StepTimes.Work> work;
  private StepTimes times = new StepTimes(0, 0);

  /**
   * Gradients of a model.
   *
   * @param report receives a line for each engine that becomes ready
   */
  public SparkGradients(
      JavaSparkContext spark, EngineSpec spec, ClusterSettings settings, Consumer<String> report) {
    this.spark = spark;
    this.spec = spec;
    this.report = report;
    profile = Gpus.profile(spark.sc(), settings);
    reduction = new TreeReduction(settings);
    hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    ready = new CollectionAccumulator<>();
    work = new CollectionAccumulator<>();
    spark.sc().register(ready, "engines");
    spark.sc().register(work, "work");
  }

  /** What an engine computes of one micro-batch, given the trainable numbers. */
  private interface Leaf extends Serializable {
    GradientSum of(LoraEngine engine, MicroBatch batch, float[] trainable);
  }

  /** The sum over a step's micro-batches, with dropout. */
  public GradientSum gradient(List<MicroBatch> batches, float[] trainable, DropoutKey key) {
    return sum(
        batches,
        trainable,
        trainable.length,
        (engine, batch, values) -> engine.gradient(batch, values, key));
  }

  /** The loss over micro-batches, without dropout. */
  public LossSum loss(List<MicroBatch> batches, float[] trainable) {
    Leaf leaf =
        (engine, batch, values) -> new GradientSum(engine.loss(batch, values), new float[0]);
    return sum(batches, trainable, 0, leaf).sum();
  }

  /** What Spark's web interface says of the jobs to come. */
  public void describe(String what) {
    spark.sc().setJobDescription(what);
  }

  /** Where the time of the last call went. */
  public StepTimes times() {
    return times;
  }

  private GradientSum sum(List<MicroBatch> batches, float[] trainable, int length, Leaf leaf) {
    long start = System.nanoTime();
    work.reset();
    Broadcast<float[]> sent = spark.broadcast(trainable);
    try {
      int slots = slots();
      List<byte[]> subtrees = subtrees(batches, slots);
      JavaRDD<byte[]> leaves = spark.parallelize(subtrees, subtrees.size());
      JavaRDD<byte[]> sums =
          profile.map(leaves::withResources).orElse(leaves).map(task(sent, leaf));
      GradientSum sum = reduction.sum(sums, profile, slots, length);
      times = StepTimes.of((System.nanoTime() - start) / 1e9, work.value());
      return sum;
    } finally {
      sent.destroy();
      ready.value().forEach(r -> report.accept(r.line()));
      ready.reset();
    }
  }

  /** How many tasks run at a time; an executor more or less changes it, and no result. */
  private int slots() {
    SparkContext context = spark.sc();
    ResourceProfile asked = Gpus.orDefault(context, profile);
    int now = context.maxNumConcurrentTasks(asked);
    if (spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      // More tasks than slots are what makes Spark ask for more executors, up to their limit.
      int most = spark.getConf().getInt("spark.dynamicAllocation.maxExecutors", 0);
      now = Math.max(now, most * asked.maxTasksPerExecutor(spark.getConf()));
    }
    return Math.max(1, now);
  }

  private static List<byte[]> subtrees(List<MicroBatch> batches, int slots) {
    List<byte[]> subtrees = new ArrayList<>();
    List<Integer> firsts = SumTree.cut(batches.size(), slots);
    for (int i = 0; i < firsts.size(); i++) {
      int end = i + 1 < firsts.size() ? firsts.get(i + 1) : batches.size();
      subtrees.add(Wire.of(batches.subList(firsts.get(i), end)));
    }
    return subtrees;
  }

  private org.apache.spark.api.java.function.Function<byte[], byte[]> task(
      Broadcast<float[]> sent, Leaf leaf) {
    EngineSpec model = spec;
    String name = run;
    Broadcast<SerializableConfiguration> conf = hadoop;
    CollectionAccumulator<ExecutorEngine.Ready> engines = ready;
    CollectionAccumulator<StepTimes.Work> works = work;
    return subtree -> {
      float[] trainable = sent.value();
      List<MicroBatch> leaves = Wire.batches(subtree);
      long start = System.nanoTime();
      LoraEngine engine = ExecutorEngine.open(model, conf.value().value(), name, engines);
      GradientSum sum =
          SumTree.sum(
              0, leaves.size(), i -> leaf.of(engine, leaves.get(i), trainable), GradientSum::add);
      works.add(new StepTimes.Work(SparkEnv.get().executorId(), start, System.nanoTime()));
      return Wire.of(sum);
    };
  }

  @Override
  public void close() {
    hadoop.destroy();
  }
}
