package org.radllama.train.step;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;

/**
 * Gradients and losses by Spark tasks. Each task owns an aligned subtree of the step's
 * micro-batches and returns one sum; the driver finishes the tree. A task that is run again gives
 * the same sum.
 */
public final class SparkGradients implements AutoCloseable {
  private final JavaSparkContext spark;
  private final EngineSpec spec;
  private final Broadcast<SerializableConfiguration> hadoop;

  /** Gradients of the model that {@code spec} describes. */
  public SparkGradients(JavaSparkContext spark, EngineSpec spec) {
    this.spark = spark;
    this.spec = spec;
    this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
  }

  /** Leaves of one task. */
  private record Subtree(List<MicroBatch> leaves) implements Serializable {}

  private interface Work<T> extends BiFunction<LoraEngine, Subtree, T>, Serializable {}

  /** The sum over a step's micro-batches, with dropout. */
  public GradientSum gradient(List<MicroBatch> batches, float[] trainable, DropoutKey key) {
    Broadcast<float[]> sent = spark.broadcast(trainable);
    try {
      return SumTree.sumSubtrees(
          tasks(
              batches,
              (engine, subtree) ->
                  SumTree.sum(
                      0,
                      subtree.leaves.size(),
                      i -> engine.gradient(subtree.leaves.get(i), sent.value(), key),
                      GradientSum::add)),
          GradientSum::add);
    } finally {
      sent.destroy();
    }
  }

  /** The loss over micro-batches, without dropout. */
  public LossSum loss(List<MicroBatch> batches, float[] trainable) {
    Broadcast<float[]> sent = spark.broadcast(trainable);
    try {
      return SumTree.sumSubtrees(
          tasks(
              batches,
              (engine, subtree) ->
                  SumTree.sum(
                      0,
                      subtree.leaves.size(),
                      i -> engine.loss(subtree.leaves.get(i), sent.value()),
                      LossSum::plus)),
          LossSum::plus);
    } finally {
      sent.destroy();
    }
  }

  private <T> List<T> tasks(List<MicroBatch> batches, Work<T> work) {
    List<Subtree> subtrees = new ArrayList<>();
    List<Integer> firsts = SumTree.cut(batches.size(), spark.defaultParallelism());
    for (int i = 0; i < firsts.size(); i++) {
      int end = i + 1 < firsts.size() ? firsts.get(i + 1) : batches.size();
      subtrees.add(new Subtree(new ArrayList<>(batches.subList(firsts.get(i), end))));
    }
    EngineSpec model = spec;
    Broadcast<SerializableConfiguration> conf = hadoop;
    return spark
        .parallelize(subtrees, subtrees.size())
        .map(subtree -> work.apply(engine(model, conf.value().value()), subtree))
        .collect();
  }

  private static LoraEngine engine(EngineSpec spec, Configuration hadoop) {
    return Engines.shared(spec, hadoop);
  }

  @Override
  public void close() {
    hadoop.destroy();
  }
}
