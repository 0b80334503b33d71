package org.radllama.train.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void everyEpochTakesEveryExampleOnceInAnotherOrder() {
    int[] lengths = new SplittableRandom(3).ints(103, 5, 300).toArray();
    BatchPlan plan = new BatchPlan(lengths, 10, 512, 2, 7);
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
    BatchPlan plan = BatchPlan.inOrder(new int[] {9, 9, 9, 9, 9}, 3, 512, 2);
    for (int epoch = 0; epoch < 2; epoch++) {
      assertThat(plan.batch(2 * epoch)).containsExactly(0, 1, 2);
      assertThat(plan.batch(2 * epoch + 1)).containsExactly(3, 4);
    }
  }

  @Test
  void aStepDoesNotDependOnTheStepsBefore() {
    int[] lengths = new SplittableRandom(4).ints(50, 5, 300).toArray();
    BatchPlan walked = new BatchPlan(lengths, 8, 256, 3, 7);
    IntStream.range(0, 18).forEach(walked::microBatches);
    BatchPlan fresh = new BatchPlan(lengths, 8, 256, 3, 7);
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
        assertThat(SumTree.sumSubtrees(parts, PlanTest::add)).isEqualTo(whole);
        assertThat(parts).hasSizeGreaterThanOrEqualTo(Math.min(tasks, leaves));
      }
    }
  }

  private static String add(String a, String b) {
    return "(" + a + "+" + b + ")";
  }
}
