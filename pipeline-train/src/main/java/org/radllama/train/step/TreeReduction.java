package org.radllama.train.step;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.resource.ResourceProfile;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import scala.Tuple2;

/**
 * Adds the sums of aligned subtrees up along the rest of the tree, in one of two places.
 *
 * <p>On the driver: it takes every task's gradient, so its work and its heap grow with the tasks.
 *
 * <p>On executors: every gradient is cut into the same slices, a second stage has one task for each
 * slice that adds this slice of all gradients up along the tree, and the driver lays the slices one
 * behind the other. It takes one gradient's worth of bytes, however many tasks there are. An
 * element's additions are the same in the same order, so the bytes are, too.
 */
record TreeReduction(ClusterSettings settings) {

  /**
   * The whole sum.
   *
   * @param subtrees one sum a partition, in the tree's order, as {@link Wire} writes it
   * @param profile what the second stage's tasks need
   * @param slots tasks that run at a time
   * @param length of the gradient; 0 when only the loss is wanted
   */
  GradientSum sum(
      JavaRDD<byte[]> subtrees, Optional<ResourceProfile> profile, int slots, int length) {
    int tasks = subtrees.getNumPartitions();
    boolean onDriver =
        tasks == 1
            || length == 0
            || settings.gradientsOnDriver(tasks, (long) length * Float.BYTES) > 1;
    return onDriver
        ? collected(subtrees)
        : sliced(subtrees, profile, Math.min(slots, tasks), length);
  }

  private static GradientSum collected(JavaRDD<byte[]> subtrees) {
    List<byte[]> sums = new ArrayList<>(subtrees.collect());
    return SumTree.sum(0, sums.size(), i -> Wire.sum(sums.set(i, null)), GradientSum::add);
  }

  private static GradientSum sliced(
      JavaRDD<byte[]> subtrees, Optional<ResourceProfile> profile, int slices, int length) {
    int tasks = subtrees.getNumPartitions();
    JavaPairRDD<Integer, Tuple2<Integer, byte[]>> cut =
        subtrees
            .mapPartitionsWithIndex((index, sums) -> cut(index, sums.next(), slices), false)
            .mapToPair(part -> part);
    JavaRDD<byte[]> added =
        cut.partitionBy(new HashPartitioner(slices)).mapPartitions(parts -> add(parts, tasks));
    try {
      return joined(profile.map(added::withResources).orElse(added).collect(), length);
    } finally {
      // Else the executors keep every step's gradients until the driver happens to collect garbage.
      added.rdd().cleanShuffleDependencies(false);
    }
  }

  private static int from(int slice, int slices, int length) {
    return (int) ((long) length * slice / slices);
  }

  /** One gradient's slices, each under its own number with its task's. */
  private static Iterator<Tuple2<Integer, Tuple2<Integer, byte[]>>> cut(
      int task, byte[] sum, int slices) {
    GradientSum whole = Wire.sum(sum);
    int length = whole.gradient().length;
    return IntStream.range(0, slices)
        .mapToObj(
            s -> {
              byte[] slice = Wire.of(whole, from(s, slices, length), from(s + 1, slices, length));
              return new Tuple2<>(s, new Tuple2<>(task, slice));
            })
        .iterator();
  }

  /** The sum of one slice of all gradients; they come in any order. */
  private static Iterator<byte[]> add(
      Iterator<Tuple2<Integer, Tuple2<Integer, byte[]>>> parts, int tasks) {
    byte[][] byTask = new byte[tasks][];
    parts.forEachRemaining(part -> byTask[part._2()._1()] = part._2()._2());
    GradientSum sum = SumTree.sum(0, tasks, i -> Wire.sum(byTask[i]), GradientSum::add);
    return List.of(Wire.of(sum)).iterator();
  }

  private static GradientSum joined(List<byte[]> slices, int length) {
    float[] gradient = new float[length];
    LossSum loss = null;
    for (int s = 0; s < slices.size(); s++) {
      loss = Wire.sumInto(slices.get(s), gradient, from(s, slices.size(), length));
    }
    return new GradientSum(loss, gradient);
  }
}
