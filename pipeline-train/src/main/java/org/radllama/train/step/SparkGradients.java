package org.radllama.train.step;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
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

  /** What an engine computes of one micro-batch, given the trainable numbers. */
  private interface Leaf<T> extends Serializable {
    T of(LoraEngine engine, MicroBatch batch, float[] trainable);
  }

  private interface Add<T> extends BinaryOperator<T>, Serializable {}

  /** The sum over a step's micro-batches, with dropout. */
  public GradientSum gradient(List<MicroBatch> batches, float[] trainable, DropoutKey key) {
    return sum(
        batches,
        trainable,
        (engine, batch, values) -> engine.gradient(batch, values, key),
        GradientSum::add);
  }

  /** The loss over micro-batches, without dropout. */
  public LossSum loss(List<MicroBatch> batches, float[] trainable) {
    return sum(batches, trainable, LoraEngine::loss, LossSum::plus);
  }

  private <T> T sum(List<MicroBatch> batches, float[] trainable, Leaf<T> leaf, Add<T> add) {
    Broadcast<float[]> sent = spark.broadcast(trainable);
    try {
      return SumTree.sumSubtrees(tasks(batches, sent, leaf, add), add);
    } finally {
      sent.destroy();
    }
  }

  private <T> List<T> tasks(
      List<MicroBatch> batches, Broadcast<float[]> sent, Leaf<T> leaf, Add<T> add) {
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
        .map(
            subtree -> {
              LoraEngine engine = engine(model, conf.value().value());
              return SumTree.sum(
                  0,
                  subtree.leaves.size(),
                  i -> leaf.of(engine, subtree.leaves.get(i), sent.value()),
                  add);
            })
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
