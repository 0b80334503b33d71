package org.radllama.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.cluster.ClusterSettings.Reduce;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;

class TreeReductionTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .appName("tree-reduction-test")
            .getOrCreate();
    spark = JavaSparkContext.fromSparkContext(session.sparkContext());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Numbers of very different size, whose sum shows every change of order. */
  private static GradientSum gradient(int task, int length) {
    SplittableRandom random = new SplittableRandom(task);
    float[] gradient = new float[length];
    for (int i = 0; i < length; i++) {
      gradient[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-4, 9)));
    }
    return new GradientSum(new LossSum(Math.pow(7, task % 9) / 3, task + 1), gradient);
  }

  private static ClusterSettings settings(Reduce where) {
    return new ClusterSettings("", Duration.ofMinutes(1), Duration.ZERO, where, 0, "");
  }

  @Test
  void executorsAddUpToTheSameBitsAsTheDriver() {
    for (int tasks : new int[] {1, 2, 3, 7, 8, 13}) {
      for (int length : new int[] {3, 1001}) {
        GradientSum tree = SumTree.sum(0, tasks, i -> gradient(i, length), GradientSum::add);
        List<byte[]> parts = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
          parts.add(Wire.of(gradient(i, length)));
        }
        JavaRDD<byte[]> sums = spark.parallelize(parts, tasks);
        for (Reduce where : Reduce.values()) {
          for (int slots : new int[] {1, 2, 5}) {
            GradientSum sum =
                new TreeReduction(settings(where)).sum(sums, Optional.empty(), slots, length);
            assertThat(sum.gradient()).isEqualTo(tree.gradient());
            assertThat(sum.sum()).isEqualTo(tree.sum());
          }
        }
      }
    }
  }

  @Test
  void leavesNoShuffleBehind() {
    MapOutputTrackerMaster shuffles = (MapOutputTrackerMaster) spark.sc().env().mapOutputTracker();
    List<byte[]> parts = List.of(Wire.of(gradient(0, 9)), Wire.of(gradient(1, 9)));
    for (int step = 0; step < 3; step++) {
      new TreeReduction(settings(Reduce.EXECUTORS))
          .sum(spark.parallelize(parts, 2), Optional.empty(), 2, 9);
      assertThat(shuffles.shuffleStatuses().size()).isZero();
    }
  }
}
