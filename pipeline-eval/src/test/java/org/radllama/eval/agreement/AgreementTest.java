package org.radllama.eval.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final double NONE = Double.NaN;

  /** Krippendorff 2011, section D: four observers, twelve units, values missing. */
  private static final double[][] FOUR_OBSERVERS =
      transposed(
          new double[][] {
            {1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE},
            {1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3},
            {NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE},
            {1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE}
          });

  /** Shrout and Fleiss 1979, table 2: six targets, four judges. */
  private static final double[][] FOUR_JUDGES = {
    {9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}
  };

  @Test
  void alphaOfKrippendorffsExample() {
    assertThat(Krippendorff.ordinal(FOUR_OBSERVERS)).isCloseTo(0.815, within(5e-4));
  }

  @Test
  void alphaIsItsDefinitionOverPairs() {
    Random random = new Random(5);
    for (int trial = 0; trial < 50; trial++) {
      double[][] units = new double[12][4];
      for (double[] unit : units) {
        Arrays.setAll(unit, i -> random.nextInt(4) == 0 ? NONE : 1 + random.nextInt(5));
      }
      assertThat(Krippendorff.ordinal(units)).isCloseTo(alphaOverPairs(units), within(1e-12));
    }
  }

  /** Every pair of values within a unit against every pair of pairable values. */
  private static double alphaOverPairs(double[][] units) {
    List<Double> pairable = new ArrayList<>();
    for (double[] unit : units) {
      double[] there = Arrays.stream(unit).filter(v -> !Double.isNaN(v)).toArray();
      if (there.length > 1) {
        Arrays.stream(there).forEach(pairable::add);
      }
    }
    double observed = 0;
    for (double[] unit : units) {
      double[] there = Arrays.stream(unit).filter(v -> !Double.isNaN(v)).toArray();
      for (int i = 0; i < there.length; i++) {
        for (int j = 0; j < there.length; j++) {
          observed += i == j ? 0 : ordinal(there[i], there[j], pairable) / (there.length - 1.0);
        }
      }
    }
    double expected = 0;
    for (int i = 0; i < pairable.size(); i++) {
      for (int j = 0; j < pairable.size(); j++) {
        expected += i == j ? 0 : ordinal(pairable.get(i), pairable.get(j), pairable);
      }
    }
    return 1 - observed / pairable.size() / (expected / pairable.size() / (pairable.size() - 1));
  }

  private static double ordinal(double a, double b, List<Double> all) {
    double low = Math.min(a, b);
    double high = Math.max(a, b);
    long ends =
        all.stream().filter(v -> v == low).count() + all.stream().filter(v -> v == high).count();
    long within = all.stream().filter(v -> v >= low && v <= high).count();
    return low == high ? 0 : Math.pow(within - ends / 2.0, 2);
  }

  @Test
  void alphaIsNotDefinedWithoutPairsOrDifferences() {
    assertThat(Krippendorff.ordinal(new double[][] {{1, NONE}, {NONE, 2}})).isNaN();
    assertThat(Krippendorff.ordinal(new double[][] {{3, 3}, {3, 3}})).isNaN();
    assertThat(Krippendorff.ordinal(new double[0][0])).isNaN();
  }

  /** Values of scikit-learn's tests, of which the first is in Artstein and Poesio 2008, table 1. */
  @Test
  void quadraticKappaOfPublishedTables() {
    int[] a = runs(0, 40, 1, 60);
    assertThat(WeightedKappa.quadratic(a, runs(0, 20, 1, 20, 0, 10, 1, 50)))
        .isCloseTo(0.348, within(5e-4));
    assertThat(WeightedKappa.quadratic(runs(0, 46, 1, 44, 2, 10), runs(0, 50, 1, 40, 2, 10)))
        .isCloseTo(0.9541, within(5e-5));
    // RSMTool's test, whose value is scikit-learn's and SKLL's too.
    assertThat(WeightedKappa.quadratic(new int[] {8, 4, 6, 3}, new int[] {9, 4, 5, 12}))
        .isCloseTo(-0.09210526315789469, within(1e-14));
    assertThat(WeightedKappa.quadratic(new int[] {3, 3}, new int[] {3, 3})).isNaN();
    assertThatThrownBy(() -> WeightedKappa.quadratic(new int[1], new int[2]))
        .hasMessage("1 ratings against 2 of the same items");
  }

  @Test
  void intraclassCorrelationOfShroutAndFleiss() {
    IntraclassCorrelation icc = IntraclassCorrelation.of(FOUR_JUDGES, 0.95);
    assertThat(icc.value()).isCloseTo(0.29, within(5e-3));
    // The bounds that R's psych prints for this table.
    assertThat(icc.low()).isCloseTo(0.019, within(5e-4));
    assertThat(icc.high()).isCloseTo(0.761, within(5e-4));
    assertThat(icc.targets()).isEqualTo(6);
    assertThat(icc.raters()).isEqualTo(4);
  }

  @Test
  void intraclassCorrelationAtItsEdges() {
    double[][] same = {{1, 1}, {3, 3}, {5, 5}};
    assertThat(IntraclassCorrelation.of(same, 0.95).value()).isCloseTo(1, within(1e-12));
    double[][] flat = {{3, 3}, {3, 3}};
    assertThat(IntraclassCorrelation.of(flat, 0.95).value()).isNaN();
    assertThat(IntraclassCorrelation.of(new double[][] {{1, 2}}, 0.95).value()).isNaN();
    // A rater who is always one point above costs agreement, though not consistency.
    double[][] shifted = {{1, 2}, {2, 3}, {4, 5}};
    assertThat(IntraclassCorrelation.of(shifted, 0.95).value()).isBetween(0.5, 0.99);
  }

  /** R's documentation of wilcox.test: Hollander and Wolfe's depression scale factor. */
  @Test
  void signedRankOfThePublishedExamples() {
    double[] before = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
    double[] after = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
    SignedRank depression = SignedRank.of(differences(before, after));
    assertThat(depression.plus()).isEqualTo(40);
    assertThat(depression.p()).isCloseTo(2 * 0.01953125, within(1e-12));
    // SciPy's documentation: Darwin's plants, heights of cross-fertilised against self-fertilised.
    SignedRank plants =
        SignedRank.of(new double[] {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75});
    assertThat(Math.min(plants.plus(), plants.minus())).isEqualTo(24);
    assertThat(plants.p()).isCloseTo(0.041259765625, within(1e-12));
  }

  /** Values of SciPy's tests: the first with ties and zeros, the others computed there with R. */
  @Test
  void normalApproximationOfPublishedValues() {
    int[] frequencies = {1, 4, 16, 15, 8, 4, 5, 1, 2};
    double[] tied = new double[56];
    int at = 0;
    for (int i = 0; i < frequencies.length; i++) {
      Arrays.fill(tied, at, at + frequencies[i], i - 4);
      at += frequencies[i];
    }
    SignedRank ties = SignedRank.of(tied);
    assertThat(Math.min(ties.plus(), ties.minus())).isEqualTo(327);
    assertThat(ties.zeros()).isEqualTo(8);
    double[] nonZero = Arrays.stream(tied).filter(d -> d != 0).toArray();
    assertThat(normal(nonZero, false)).isCloseTo(0.00641346115861, within(1e-12));
    double[] x = {120, 114, 181, 188, 180, 146, 121, 191, 132, 113, 127, 112};
    double[] y = {133, 143, 119, 189, 112, 199, 198, 113, 115, 121, 142, 187};
    assertThat(normal(differences(x, y), false)).isCloseTo(0.6948866, within(1e-6));
    assertThat(normal(differences(x, y), true)).isCloseTo(0.7240817, within(1e-6));
  }

  @Test
  void exactPIsTheShareOfAllSigns() {
    Random random = new Random(9);
    for (int trial = 0; trial < 40; trial++) {
      double[] differences = new double[1 + random.nextInt(12)];
      double scale = trial % 2 == 0 ? 2 : 3;
      Arrays.setAll(differences, i -> (random.nextInt(9) - 4) / scale);
      assertThat(SignedRank.of(differences).p())
          .isCloseTo(overAllSigns(differences), within(1e-12));
    }
    assertThat(SignedRank.of(new double[] {0, 0}).p()).isEqualTo(1);
  }

  private static double overAllSigns(double[] differences) {
    double[] d = Arrays.stream(differences).filter(v -> v != 0).toArray();
    double[] ranks = new double[d.length];
    for (int i = 0; i < d.length; i++) {
      for (double other : d) {
        double by = Math.abs(other) - Math.abs(d[i]);
        ranks[i] += by < 0 ? 1 : by == 0 ? 0.5 : 0;
      }
      ranks[i] += 0.5;
    }
    double mean = Arrays.stream(ranks).sum() / 2;
    double seen = 0;
    for (int i = 0; i < d.length; i++) {
      seen += d[i] > 0 ? ranks[i] : 0;
    }
    int extreme = 0;
    for (int signs = 0; signs < 1 << d.length; signs++) {
      double sum = 0;
      for (int i = 0; i < d.length; i++) {
        sum += (signs >> i & 1) == 1 ? ranks[i] : 0;
      }
      extreme += Math.abs(sum - mean) >= Math.abs(seen - mean) ? 1 : 0;
    }
    return extreme / (double) (1 << d.length);
  }

  @Test
  void approximationMeetsTheExactTest() {
    Random random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      double[] differences = new double[SignedRank.MOST_EXACT];
      Arrays.setAll(differences, i -> random.nextInt(9) - 3.5);
      assertThat(normal(differences, true))
          .isCloseTo(SignedRank.of(differences).p(), within(0.003));
    }
  }

  private static double normal(double[] nonZero, boolean continuity) {
    int[] doubled = SignedRank.doubledRanks(nonZero);
    long plus = 0;
    for (int i = 0; i < nonZero.length; i++) {
      plus += nonZero[i] > 0 ? doubled[i] : 0;
    }
    return SignedRank.normal(doubled, plus, continuity);
  }

  private static double[] differences(double[] x, double[] y) {
    double[] differences = new double[x.length];
    Arrays.setAll(differences, i -> x[i] - y[i]);
    return differences;
  }

  /** Values with how often each stands there. */
  private static int[] runs(int... valuesAndLengths) {
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < valuesAndLengths.length; i += 2) {
      for (int k = 0; k < valuesAndLengths[i + 1]; k++) {
        all.add(valuesAndLengths[i]);
      }
    }
    return all.stream().mapToInt(v -> v).toArray();
  }

  private static double[][] transposed(double[][] rows) {
    double[][] columns = new double[rows[0].length][rows.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        columns[j][i] = rows[i][j];
      }
    }
    return columns;
  }
}
