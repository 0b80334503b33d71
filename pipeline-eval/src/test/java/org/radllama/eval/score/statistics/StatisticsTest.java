package org.radllama.eval.score.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.rouge.Tokenization;
import org.radllama.eval.score.family.ExactMatchFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.RougeFamily;
import org.radllama.random.CounterRandom;

class StatisticsTest {

  @Test
  void sumsAreRoundedOnceWhateverTheOrder() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      List<Double> values = new ArrayList<>();
      BigDecimal exact = BigDecimal.ZERO;
      for (int i = 0; i < 1 + random.nextInt(200); i++) {
        double value =
            Math.scalb(random.nextDouble() * 2 - 1, random.nextInt(round % 2 == 0 ? 4 : 120));
        values.add(value);
        exact = exact.add(new BigDecimal(value));
      }
      ExactSum first = new ExactSum();
      values.subList(0, values.size() / 2).forEach(first::add);
      ExactSum second = new ExactSum();
      values.subList(values.size() / 2, values.size()).forEach(second::add);
      second.add(first);
      assertThat(second.value()).isEqualTo(exact.doubleValue());
      Collections.shuffle(values, random);
      ExactSum shuffled = new ExactSum();
      values.forEach(shuffled::add);
      assertThat(shuffled.value()).isEqualTo(exact.doubleValue());
    }
  }

  @Test
  void halfwayCasesRoundToEvenByWhatLiesBelow() {
    double unit = Math.ulp(1.0);
    for (double below : new double[] {0, 1e-30, -1e-30}) {
      ExactSum sum = new ExactSum();
      for (double value : new double[] {below, unit / 2, 1}) {
        sum.add(value);
      }
      double exact =
          new BigDecimal(1).add(new BigDecimal(unit / 2)).add(new BigDecimal(below)).doubleValue();
      assertThat(sum.value()).isEqualTo(exact);
    }
  }

  @Test
  void intervalsAgreeWithANaiveBootstrapOfAnotherGenerator() {
    Random random = new Random(11);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      double x = random.nextDouble();
      rows.add(new double[] {x, x * x, 0.25, 1});
    }
    Metrics means =
        new Metrics(
            List.of(
                new RougeFamily(List.of(RougeType.of("rougeL")), true, Tokenization.ROUGE_SCORE)));
    double[][] array = rows.toArray(double[][]::new);
    Bootstrap.Interval[] intervals = new Bootstrap(4000, 0.95, 42).intervals(array, means);
    for (int column = 0; column < 2; column++) {
      double[] naive = naive(rows, column, 4000, random);
      assertThat(intervals[column].low()).isCloseTo(naive[0], within(0.004));
      assertThat(intervals[column].high()).isCloseTo(naive[1], within(0.004));
    }
    assertThat(intervals[2]).isEqualTo(new Bootstrap.Interval(0.25, 0.25));
    assertThat(new Bootstrap(100, 0.95, 1).intervals(array, means)[0])
        .isNotEqualTo(new Bootstrap(100, 0.95, 2).intervals(array, means)[0]);
  }

  @Test
  void intervalsCoverTheMeanAsOftenAsTheySay() {
    Random random = new Random(5);
    int covered = 0;
    int rounds = 400;
    for (int round = 0; round < rounds; round++) {
      double[][] rows = new double[60][];
      for (int i = 0; i < 60; i++) {
        rows[i] = new double[] {random.nextInt(2), 1};
      }
      Metrics share = new Metrics(List.of(new ExactMatchFamily()));
      Bootstrap.Interval interval = new Bootstrap(300, 0.9, round).intervals(rows, share)[0];
      if (interval.low() <= 0.5 && 0.5 <= interval.high()) {
        covered++;
      }
    }
    // 0.9 with a standard deviation of 0.015, less what a percentile interval at n = 60 loses.
    assertThat(covered / (double) rounds).isBetween(0.83, 0.95);
  }

  @Test
  void drawsAreUniform() {
    int[] counts = new int[7];
    for (int sample = 0; sample < 100; sample++) {
      long stream = CounterRandom.stream(9, sample);
      for (int draw = 0; draw < 700; draw++) {
        counts[CounterRandom.below(stream, draw, 7)]++;
      }
    }
    double chi =
        Arrays.stream(counts).mapToDouble(c -> (c - 10000.0) * (c - 10000.0) / 10000).sum();
    assertThat(chi).isLessThan(22.5); // 6 degrees of freedom, p = 0.001
  }

  private static double[] naive(List<double[]> rows, int column, int samples, Random random) {
    double[] means = new double[samples];
    for (int sample = 0; sample < samples; sample++) {
      for (int draw = 0; draw < rows.size(); draw++) {
        means[sample] += rows.get(random.nextInt(rows.size()))[column] / rows.size();
      }
    }
    Arrays.sort(means);
    return new double[] {means[(int) (samples * 0.025)], means[(int) (samples * 0.975)]};
  }
}
