package org.radllama.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class RandomisationTest {

  @Test
  void approachesTheExhaustiveTest() {
    Random random = new Random(2);
    for (int round = 0; round < 12; round++) {
      double[] differences = new double[4 + round % 8];
      for (int i = 0; i < differences.length; i++) {
        // Multiples of a third tie often, and their sums round differently in another order.
        differences[i] = round % 2 == 0 ? random.nextGaussian() + 0.4 : random.nextInt(-2, 4) / 3.0;
      }
      double exact = exhaustive(differences);
      double approximate = new Randomisation(40_000, round).p(differences);
      double deviation = Math.sqrt(exact * (1 - exact) / 40_000);
      assertThat(approximate).isCloseTo(exact, within(4 * deviation + 1e-4));
    }
  }

  /** A ratio of sums, as BLEU and F1 are: every swapping tried against some of them. */
  @Test
  void approachesTheExhaustiveTestOfScoresThatAreNoMeans() {
    Random random = new Random(9);
    ToDoubleFunction<double[]> ratio = sums -> sums[0] / sums[1];
    for (int round = 0; round < 8; round++) {
      int n = 5 + round;
      double[][] a = new double[n][];
      double[][] b = new double[n][];
      for (int i = 0; i < n; i++) {
        a[i] = new double[] {random.nextInt(8), 4 + random.nextInt(6)};
        b[i] = new double[] {random.nextInt(6), 4 + random.nextInt(6)};
      }
      int extreme = 0;
      double seen = Math.abs(difference(a, b, ratio, 0));
      for (int swaps = 0; swaps < 1 << n; swaps++) {
        extreme += Math.abs(difference(a, b, ratio, swaps)) >= seen - 1e-9 ? 1 : 0;
      }
      double exact = extreme / (double) (1 << n);
      double deviation = Math.sqrt(exact * (1 - exact) / 40_000);
      assertThat(new Randomisation(40_000, round).p(a, b, ratio))
          .isCloseTo(exact, within(4 * deviation + 1e-4));
    }
    double[][] same = {{1, 2}, {3, 4}};
    assertThat(new Randomisation(100, 1).p(same, same, ratio)).isEqualTo(1);
  }

  private static double difference(
      double[][] a, double[][] b, ToDoubleFunction<double[]> score, int swaps) {
    double[] one = new double[2];
    double[] other = new double[2];
    for (int i = 0; i < a.length; i++) {
      double[] first = (swaps >> i & 1) == 0 ? a[i] : b[i];
      double[] second = first == a[i] ? b[i] : a[i];
      for (int k = 0; k < 2; k++) {
        one[k] += first[k];
        other[k] += second[k];
      }
    }
    return score.applyAsDouble(one) - score.applyAsDouble(other);
  }

  @Test
  void equalSystemsDoNotDiffer() {
    assertThat(new Randomisation(1000, 1).p(new double[50])).isEqualTo(1);
  }

  @Test
  void holmStepsDown() {
    assertThat(Holm.adjust(new double[] {0.01, 0.04, 0.03, 0.005}))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    assertThat(Holm.adjust(new double[] {0.9, 0.6})).containsExactly(1, 1);
    assertThat(Holm.adjust(new double[0])).isEmpty();
  }

  private static double exhaustive(double[] differences) {
    int n = differences.length;
    double seen = Math.abs(sum(differences, 0));
    int extreme = 0;
    for (int signs = 0; signs < 1 << n; signs++) {
      if (Math.abs(sum(differences, signs)) >= seen - 1e-9) {
        extreme++;
      }
    }
    return extreme / (double) (1 << n);
  }

  private static double sum(double[] differences, int signs) {
    double sum = 0;
    for (int i = 0; i < differences.length; i++) {
      sum += (signs >> i & 1) == 0 ? differences[i] : -differences[i];
    }
    return sum;
  }
}
