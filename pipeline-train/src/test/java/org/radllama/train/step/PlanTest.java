package org.radllama.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;

class PlanTest {

  @Test
  void everyEpochTakesEveryExampleOnceInAnotherOrder() {
    int[] lengths = new SplittableRandom(3).ints(103, 5, 300).toArray();
    BatchPlan plan = new BatchPlan(lengths, 10, 512, 2, OptionalLong.of(7));
    assertThat(plan.steps()).isEqualTo(22);
    List<List<Integer>> epochs = List.of(new ArrayList<>(), new ArrayList<>());
    for (int step = 0; step < plan.steps(); step++) {
      List<int[]> micro = plan.microBatches(step);
      int[] drawn = Arrays.stream(plan.batch(step)).sorted().toArray();
      assertThat(micro.stream().flatMapToInt(Arrays::stream).sorted().toArray()).isEqualTo(drawn);
      Arrays.stream(plan.batch(step)).forEach(epochs.get(step / 11)::add);
    }
    List<Integer> all = IntStream.range(0, 103).boxed().toList();
    assertThat(epochs.get(0)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(epochs.get(1)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(epochs.get(0)).isNotEqualTo(epochs.get(1));
  }

  @Test
  void withoutShufflingEpochsKeepTheOrder() {
    BatchPlan plan = new BatchPlan(new int[] {9, 9, 9, 9, 9}, 3, 512, 2, OptionalLong.empty());
    for (int epoch = 0; epoch < 2; epoch++) {
      assertThat(plan.batch(2 * epoch)).containsExactly(0, 1, 2);
      assertThat(plan.batch(2 * epoch + 1)).containsExactly(3, 4);
    }
  }

  @Test
  void aStepDoesNotDependOnTheStepsBefore() {
    int[] lengths = new SplittableRandom(4).ints(50, 5, 300).toArray();
    BatchPlan walked = new BatchPlan(lengths, 8, 256, 3, OptionalLong.of(7));
    IntStream.range(0, 18).forEach(walked::microBatches);
    BatchPlan fresh = new BatchPlan(lengths, 8, 256, 3, OptionalLong.of(7));
    assertThat(fresh.microBatches(18))
        .usingRecursiveComparison()
        .isEqualTo(walked.microBatches(18));
  }

  @Test
  void microBatchesAreOfAboutEqualSize() {
    int[] lengths = new SplittableRandom(5).ints(128, 50, 250).toArray();
    int[] all = IntStream.range(0, 128).toArray();
    List<int[]> micro = BatchPlan.balanced(all, lengths, 2048);
    long[] tokens =
        micro.stream().mapToLong(m -> Arrays.stream(m).mapToLong(i -> lengths[i]).sum()).toArray();
    assertThat(Integer.bitCount(micro.size())).isOne();
    assertThat(Arrays.stream(tokens).max().orElseThrow()).isLessThanOrEqualTo(2048);
    assertThat(
            Arrays.stream(tokens).max().orElseThrow() - Arrays.stream(tokens).min().orElseThrow())
        .isLessThanOrEqualTo(50);
  }

  /** Whatever the number of tasks, the same additions in the same order. */
  @Test
  void theSumIsTheSameForAnyNumberOfTasks() {
    for (int leaves = 1; leaves <= 33; leaves++) {
      String whole = SumTree.sum(0, leaves, String::valueOf, PlanTest::add);
      for (int tasks = 1; tasks <= leaves; tasks++) {
        List<Integer> firsts = SumTree.cut(leaves, tasks);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < firsts.size(); i++) {
          int from = firsts.get(i);
          int end = i + 1 < firsts.size() ? firsts.get(i + 1) : leaves;
          parts.add(SumTree.sum(0, end - from, j -> String.valueOf(from + j), PlanTest::add));
        }
        assertThat(SumTree.sum(0, parts.size(), parts::get, PlanTest::add)).isEqualTo(whole);
        // No slot works much longer than it must.
        int width = firsts.size() > 1 ? firsts.get(1) : leaves;
        int waves = (firsts.size() + tasks - 1) / tasks;
        assertThat((double) Math.min(leaves, waves * width))
            .isLessThanOrEqualTo(1.15 * Math.ceil(leaves / (double) tasks));
      }
    }
  }

  /** Of a task's gradients no more live at once than the tree is deep. */
  @Test
  void fewSumsLiveAtOnce() {
    for (int leaves = 1; leaves <= 70; leaves++) {
      int[] alive = new int[2];
      SumTree.sum(
          0,
          leaves,
          i -> {
            alive[1] = Math.max(alive[1], ++alive[0]);
            return i;
          },
          (a, b) -> {
            alive[0]--;
            return a;
          });
      assertThat(alive[0]).isOne();
      assertThat(alive[1]).isLessThanOrEqualTo(2 + (int) (Math.log(leaves) / Math.log(2)));
    }
  }

  @Test
  void whatTasksGetAndGiveComesBackFromItsBytes() {
    SplittableRandom random = new SplittableRandom(6);
    List<MicroBatch> batches = new ArrayList<>();
    for (int b = 0; b < 3; b++) {
      List<EncodedExample> examples = new ArrayList<>();
      for (int e = 0; e < b + 1; e++) {
        int[] tokens = random.ints(5 + e, 0, 32_000).toArray();
        examples.add(new EncodedExample(random.nextLong(1L << 40), tokens, 2));
      }
      batches.add(new MicroBatch(examples));
    }
    assertThat(Wire.batches(Wire.of(batches))).usingRecursiveComparison().isEqualTo(batches);
    GradientSum sum = new GradientSum(new LossSum(3.25, 7), new float[] {1, Float.NaN, -0f, 4, 5});
    assertThat(Wire.sum(Wire.of(sum)).sum()).isEqualTo(sum.sum());
    assertThat(Wire.sum(Wire.of(sum)).gradient()).isEqualTo(sum.gradient());
    assertThat(Wire.sum(Wire.of(sum, 1, 4)).gradient()).containsExactly(Float.NaN, -0f, 4);
  }

  @Test
  void busyIsWhenTheBusiestExecutorComputedAnything() {
    List<StepTimes.Work> works =
        List.of(
            new StepTimes.Work("1", 0, 4_000_000_000L),
            new StepTimes.Work("1", 2_000_000_000L, 5_000_000_000L),
            new StepTimes.Work("1", 7_000_000_000L, 8_000_000_000L),
            new StepTimes.Work("2", -9_000_000_000L, -8_000_000_000L));
    StepTimes times = StepTimes.of(8, works);
    assertThat(times.busiestSeconds()).isEqualTo(6);
    assertThat(times.communicationShare()).isEqualTo(0.25);
  }

  private static String add(String a, String b) {
    return "(" + a + "+" + b + ")";
  }
}
