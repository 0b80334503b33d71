package org.radllama.train.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which examples each step takes, decided by seed and step alone, so that neither the number of
 * executors nor a restart changes it. An epoch is a seeded permutation of all examples, or their
 * own order, cut into batches; a batch is cut into micro-batches of about equal numbers of tokens.
 */
public final class BatchPlan {
  /** Fewer micro-batches would leave slots idle in small steps. */
  private static final int FEWEST_MICRO_BATCHES = 4;

  private final int[] lengths;
  private final int batchSize;
  private final int microBatchTokens;
  private final int epochs;
  private final OptionalLong seed;
  private int shuffledEpoch = -1;
  private int[] order;

  /**
   * A plan.
   *
   * @param lengths tokens of each example
   * @param batchSize examples of a step; the last step of an epoch takes what is left
   * @param microBatchTokens tokens that a micro-batch should not exceed, unless one example does
   * @param epochs passes over all examples
   * @param seed of a new order for each epoch; empty takes the examples in their own order
   */
  public BatchPlan(
      int[] lengths, int batchSize, int microBatchTokens, int epochs, OptionalLong seed) {
    this.lengths = lengths.clone();
    this.batchSize = batchSize;
    this.microBatchTokens = microBatchTokens;
    this.epochs = epochs;
    this.seed = seed;
  }

  /** Steps of one epoch. */
  public int stepsPerEpoch() {
    return (lengths.length + batchSize - 1) / batchSize;
  }

  /** Steps of all epochs. */
  public int steps() {
    return Math.multiplyExact(stepsPerEpoch(), epochs);
  }

  /** The micro-batches of a step, counted from 0, as indices of examples. */
  public List<int[]> microBatches(int step) {
    return balanced(batch(step), lengths, microBatchTokens);
  }

  /** The examples of a step in the order drawn. */
  int[] batch(int step) {
    int epoch = step / stepsPerEpoch();
    if (epoch != shuffledEpoch) {
      order =
          seed.isPresent()
              ? permutation(lengths.length, seed.getAsLong(), epoch)
              : IntStream.range(0, lengths.length).toArray();
      shuffledEpoch = epoch;
    }
    int from = step % stepsPerEpoch() * batchSize;
    return Arrays.copyOfRange(order, from, Math.min(lengths.length, from + batchSize));
  }

  /**
   * Cuts examples into groups of about equal numbers of tokens: the longest example first, each to
   * the group that has least.
   */
  public static List<int[]> balanced(int[] examples, int[] lengths, int mostTokens) {
    long tokens = Arrays.stream(examples).mapToLong(i -> lengths[i]).sum();
    long wanted = Math.max(FEWEST_MICRO_BATCHES, (tokens + mostTokens - 1) / mostTokens);
    int count = (int) Math.min(examples.length, powerOfTwo(wanted));
    record Group(int index, List<Integer> members, long[] tokens) {}
    PriorityQueue<Group> groups =
        new PriorityQueue<>(
            Comparator.<Group>comparingLong(g -> g.tokens[0]).thenComparingInt(g -> g.index));
    IntStream.range(0, count)
        .forEach(i -> groups.add(new Group(i, new ArrayList<>(), new long[1])));
    Comparator<Integer> longestFirst = Comparator.comparingInt(i -> -lengths[i]);
    Arrays.stream(examples)
        .boxed()
        .sorted(longestFirst.thenComparing(i -> i))
        .forEach(
            i -> {
              Group least = groups.poll();
              least.members.add(i);
              least.tokens[0] += lengths[i];
              groups.add(least);
            });
    return groups.stream()
        .sorted(Comparator.comparingInt(g -> g.index))
        .map(g -> g.members.stream().mapToInt(i -> i).toArray())
        .toList();
  }

  private static long powerOfTwo(long atLeast) {
    long power = Long.highestOneBit(atLeast);
    return power == atLeast ? power : power * 2;
  }

  private static int[] permutation(int n, long seed, int epoch) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + epoch);
    int[] order = IntStream.range(0, n).toArray();
    for (int i = n - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }
}
