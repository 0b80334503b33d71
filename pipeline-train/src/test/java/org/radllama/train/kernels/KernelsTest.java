package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.random.CounterRandom;
import org.radllama.train.kernels.Naive.Heads;
import org.radllama.train.llama.LlamaConfig;

/** Both implementations against the definitions in double precision, forward and backward. */
class KernelsTest {
  /** The most rows that a product is tried with. */
  private static final int ROWS = 256;

  private static final double EPS = 1e-5;
  private static final double THETA = 500;
  private static final int SAMPLES = 60;

  /** A shape and the numbers drawn for it. */
  record Case(Backend backend, Heads heads, int[] lengths, int width, long seed) {
    int rows() {
      return Arrays.stream(lengths).sum();
    }

    Packing packing() {
      return Packing.of(lengths);
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s %s %s width %d", backend, heads, Arrays.toString(lengths), width);
    }
  }

  static List<Case> cases() {
    Random random = new Random(3);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      int keyValueHeads = 1 + random.nextInt(3);
      int group = i % 3 == 0 ? 1 : 1 + random.nextInt(3);
      int window = i % 2 == 0 ? Integer.MAX_VALUE : new int[] {1, 7, 24, 3, 50, 25}[i / 2];
      int headSize = 2 * (1 + random.nextInt(i < 3 ? 1 : 8));
      Heads heads = new Heads(keyValueHeads * group, keyValueHeads, headSize, window);
      int[] lengths =
          switch (i) {
            case 0 -> new int[] {1};
            case 1 -> new int[] {1, 1, 1};
            case 2 -> new int[] {63, 1};
            case 3 -> new int[] {64};
            case 4 -> new int[] {3, 65};
            case 5 -> new int[] {130};
            case 6 -> new int[] {128, 2};
            default -> random.ints(1 + random.nextInt(4), 1, 90).toArray();
          };
      int width = i == 0 ? 1 : 1 + random.nextInt(70);
      for (Backend backend : Backends.all().toList()) {
        cases.add(new Case(backend, heads, lengths, width, i));
      }
    }
    return cases;
  }

  static Stream<Case> small() {
    return cases().stream().filter(c -> c.rows() < 100);
  }

  @ParameterizedTest
  @MethodSource("small")
  void matrixProducts(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    int in = c.width;
    int out = 1 + random.nextInt(20);
    float[] x = normal(random, n * in);
    float[] w = normal(random, out * in);
    float[] y = normal(random, n * out);
    double[] xw = Naive.timesTransposed(d(x), d(w), n, out, in);
    double[] yw = Naive.timesTransposed(d(y), Naive.transposed(d(w), out, in), n, in, out);
    double[] yx =
        Naive.timesTransposed(
            Naive.transposed(d(y), n, out), Naive.transposed(d(x), n, in), out, in, n);
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix result = g.result(n, out);
      kernels.timesTransposed(g.matrix(n, in, x), g.matrix(out, in, w), 0.5f, 0, result);
      assertNear(result, combined(0.5, xw, 0, new double[n * out]));
      result = g.matrix(n, out, y);
      kernels.timesTransposed(g.matrix(n, in, x), g.matrix(out, in, w), 0.5f, 1, result);
      assertNear(result, combined(0.5, xw, 1, d(y)));
      result = g.result(n, in);
      kernels.times(g.matrix(n, out, y), g.matrix(out, in, w), -2, 0, result);
      assertNear(result, combined(-2, yw, 0, new double[n * in]));
      result = g.matrix(n, in, x);
      kernels.times(g.matrix(n, out, y), g.matrix(out, in, w), -2, 1, result);
      assertNear(result, combined(-2, yw, 1, d(x)));
      result = g.matrix(out, in, w);
      kernels.addTransposedTimes(g.matrix(n, out, y), g.matrix(n, in, x), 3, result);
      assertNear(result, combined(3, yx, 1, d(w)));
      result = g.matrix(n, out, y);
      kernels.add(result, result);
      kernels.add(g.matrix(n, out, y), result);
      assertNear(result, combined(3, d(y), 0, d(y)));
    }
  }

  /** To the last bit, so that a text goes on in the same way whatever is continued beside it. */
  @ParameterizedTest
  @CsvSource({
    "256,256",
    "688,256",
    "256,688",
    "8,256",
    "256,8",
    "2000,512",
    "97,33",
    "5,1",
    "16,1536",
    "64,9001"
  })
  void rowsAreMultipliedEachAlone(int out, int in) {
    Random random = new Random(out + in);
    float[] x = normal(random, ROWS * in);
    float[] before = normal(random, ROWS * out);
    try (Guarded g = new Guarded(new FusedBackend());
        Kernels kernels = new FusedBackend().kernels()) {
      Matrix w = g.matrix(out, in, normal(random, out * in));
      Matrix all = g.matrix(ROWS, in, x);
      for (float beta : new float[] {0, 1}) {
        float[][] alone = new float[ROWS][];
        for (int i = 0; i < alone.length; i++) {
          Matrix y = g.matrix(1, out, Arrays.copyOfRange(before, i * out, (i + 1) * out));
          kernels.eachTimesTransposed(all.rows(i, 1), w, 0.5f, beta, y);
          alone[i] = y.toArray();
        }
        for (int n : new int[] {2, 3, 4, 5, 7, 8, 13, 16, 17, 100, 255, 256}) {
          int from = alone.length - n;
          float[] part = Arrays.copyOfRange(before, from * out, (from + n) * out);
          Matrix y = g.matrix(n, out, part);
          kernels.eachTimesTransposed(all.rows(from, n), w, 0.5f, beta, y);
          for (int i = 0; i < n; i++) {
            assertThat(y.rows(i, 1).toArray()).isEqualTo(alone[from + i]);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void vectorsAndRows(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    float[] vector = normal(random, c.width);
    float[] x = normal(random, n * c.width);
    double[] added = d(x);
    double[] sums = d(vector);
    for (int i = 0; i < added.length; i++) {
      added[i] += vector[i % c.width];
      sums[i % c.width] += x[i];
    }
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix y = g.matrix(n, c.width, x);
      kernels.addToRows(g.matrix(1, c.width, vector), y);
      assertNear(y, added);
      Matrix sum = g.matrix(1, c.width, vector);
      kernels.addSumOfRows(g.matrix(n, c.width, x), sum);
      assertNear(sum, sums);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rmsNorm(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    float[] x = normal(random, n * c.width);
    float[] gain = normal(random, c.width);
    float[] dy = normal(random, n * c.width);
    float[] before = normal(random, n * c.width);
    float[] gainBefore = normal(random, c.width);
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix in = g.matrix(n, c.width, x);
      Matrix scale = g.matrix(1, c.width, gain);
      Matrix y = g.result(n, c.width);
      Matrix inverse = g.result(n, 1);
      kernels.rmsNorm(in, scale, EPS, y, inverse);
      assertNear(y, Naive.rmsNorm(d(x), d(gain), EPS));
      double[] factors = new double[n];
      Arrays.setAll(factors, i -> Naive.inverse(d(x), i * c.width, c.width, EPS));
      assertNear(inverse, factors);
      Matrix dx = g.matrix(n, c.width, before);
      Matrix dgain = g.matrix(1, c.width, gainBefore);
      kernels.rmsNormBackward(in, scale, inverse, g.matrix(n, c.width, dy), dx, dgain);
      assertGradient(dx, v -> Naive.dot(Naive.rmsNorm(v, d(gain), EPS), d(dy)), x, before, random);
      assertGradient(
          dgain, v -> Naive.dot(Naive.rmsNorm(d(x), v, EPS), d(dy)), gain, gainBefore, random);
      Matrix alone = g.matrix(n, c.width, before);
      kernels.rmsNormBackward(in, scale, inverse, g.matrix(n, c.width, dy), alone, null);
      assertThat(alone.toArray()).isEqualTo(dx.toArray());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rotation(Case c) {
    Random random = new Random(c.seed);
    Heads s = c.heads;
    int[] offset = random.ints(c.lengths.length, 0, 50).toArray();
    Packing packing = new Packing(c.packing().starts(), offset);
    int[] positions = new int[c.rows()];
    for (int e = 0; e < c.lengths.length; e++) {
      for (int t = 0; t < c.lengths[e]; t++) {
        positions[packing.starts()[e] + t] = offset[e] + t;
      }
    }
    float[] x = normal(random, c.rows() * s.queries());
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix matrix = g.matrix(c.rows(), s.queries(), x);
      for (int size : new int[] {200, 256}) {
        RotaryTable table = new RotaryTable(config(s).ropeFrequencies(), size);
        kernels.rotate(matrix, s.heads(), table, packing, false);
        assertNear(matrix, Naive.rotate(d(x), s.heads(), s.d(), THETA, positions));
        // A rotation's transpose is its inverse.
        kernels.rotate(matrix, s.heads(), table, packing, true);
        assertNear(matrix, d(x));
      }
    }
  }

  private static LlamaConfig config(Heads s) {
    return new LlamaConfig(
        10,
        s.queries(),
        1,
        1,
        s.heads(),
        s.keyValueHeads(),
        s.d(),
        300,
        EPS,
        new LlamaConfig.Rope(THETA, null),
        true,
        1,
        2);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void swiglu(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    float[] gate = normal(random, n * c.width);
    float[] up = normal(random, n * c.width);
    float[] dy = normal(random, n * c.width);
    for (int i = 0; i < gate.length; i += 5) {
      gate[i] *= 30;
    }
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix dgate = g.matrix(n, c.width, gate);
      Matrix dup = g.matrix(n, c.width, up);
      Matrix y = g.result(n, c.width);
      kernels.swiglu(dgate, dup, y);
      assertNear(y, Naive.swiglu(d(gate), d(up)));
      kernels.swigluBackward(dgate, dup, g.matrix(n, c.width, dy));
      assertGradient(dgate, v -> Naive.dot(Naive.swiglu(v, d(up)), d(dy)), gate, null, random);
      assertGradient(dup, v -> Naive.dot(Naive.swiglu(d(gate), v), d(dy)), up, null, random);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void crossEntropy(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    int vocabulary = c.width;
    float[] logits = normal(random, n * vocabulary);
    for (int i = 0; i < logits.length; i++) {
      // Every third row far from zero, every third with targets beyond a float's exponent.
      int kind = i / vocabulary % 3;
      logits[i] = logits[i] * (kind == 1 ? 80 : 3) + (kind == 0 ? 90 : 0);
    }
    int[] targets = random.ints(n, 0, vocabulary).toArray();
    double expected = Naive.crossEntropy(d(logits), targets, vocabulary);
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix matrix = g.matrix(n, vocabulary, logits);
      double loss = kernels.crossEntropy(matrix, targets, false);
      assertThat(loss).isCloseTo(expected, within(1e-5 * n + 1e-6 * expected));
      assertThat(matrix.toArray()).isEqualTo(logits);
      assertThat(kernels.crossEntropy(matrix, targets, true)).isEqualTo(loss);
      assertGradient(matrix, v -> Naive.crossEntropy(v, targets, vocabulary), logits, null, random);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsOfATable(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    int rows = 1 + random.nextInt(2 * n);
    float[] table = normal(random, rows * c.width);
    float[] dy = normal(random, n * c.width);
    int[] ids = random.ints(n, 0, rows).toArray();
    for (int i = 0; i < n / 2; i++) {
      ids[i] = Math.min(i + rows / 3, rows - 1);
    }
    float[] gathered = new float[n * c.width];
    double[] scattered = d(table);
    for (int i = 0; i < n; i++) {
      System.arraycopy(table, ids[i] * c.width, gathered, i * c.width, c.width);
      for (int j = 0; j < c.width; j++) {
        scattered[ids[i] * c.width + j] += dy[i * c.width + j];
      }
    }
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix y = g.result(n, c.width);
      kernels.gather(g.matrix(rows, c.width, table), ids, y);
      assertThat(y.toArray()).isEqualTo(gathered);
      Matrix sums = g.matrix(rows, c.width, table);
      kernels.scatterAdd(g.matrix(n, c.width, dy), ids, sums);
      assertNear(sums, scattered);
    }
  }

  /** A mask belongs to an example and a position, wherever packing puts them. */
  @ParameterizedTest
  @MethodSource("cases")
  void dropout(Case c) {
    Random random = new Random(c.seed);
    int n = c.rows();
    float[] x = normal(random, n * c.width);
    float[] before = normal(random, n * c.width);
    long[] examples = random.longs(c.lengths.length, 0, 1000).toArray();
    double p = 0.25;
    try (Guarded g = new Guarded(c.backend);
        Kernels kernels = c.backend.kernels()) {
      Matrix y = g.result(n, c.width);
      Dropout dropout = new Dropout(p, CounterRandom.key(1, 2), examples, 3);
      kernels.dropout(g.matrix(n, c.width, x), dropout, c.packing(), y);
      float[] made = y.toArray();
      Matrix dx = g.matrix(n, c.width, before);
      kernels.addDropout(g.matrix(n, c.width, x), dropout, c.packing(), dx);
      int dropped = 0;
      for (int i = 0; i < made.length; i++) {
        dropped += made[i] == 0 ? 1 : 0;
        assertThat(made[i]).isIn(0f, -0f, x[i] * (float) (1 / (1 - p)));
        assertThat(dx.toArray()[i]).isCloseTo(before[i] + made[i], within(1e-5f));
        if (dropped > 50) {
          break;
        }
      }
      Matrix all = g.result(n, c.width);
      float[] ones = new float[n * c.width];
      Arrays.fill(ones, 1);
      kernels.dropout(g.matrix(n, c.width, ones), dropout, c.packing(), all);
      double sum = Arrays.stream(d(all.toArray())).sum();
      assertThat(sum / ones.length).isCloseTo(1, within(4 * Math.sqrt(p / (1 - p) / ones.length)));
      for (int e = 0; e < c.lengths.length; e++) {
        Matrix alone = g.result(c.lengths[e], c.width);
        float[] part =
            Arrays.copyOfRange(
                x, c.packing().starts()[e] * c.width, c.packing().starts()[e + 1] * c.width);
        kernels.dropout(
            g.matrix(c.lengths[e], c.width, part),
            new Dropout(p, CounterRandom.key(1, 2), new long[] {examples[e]}, 3),
            Packing.of(c.lengths[e]),
            alone);
        assertThat(alone.toArray())
            .isEqualTo(y.rows(c.packing().starts()[e], c.lengths[e]).toArray());
      }
    }
  }

  static double[] d(float[] values) {
    return Naive.doubles(values);
  }

  static float[] normal(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double[] combined(double alpha, double[] a, double beta, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, i -> alpha * a[i] + beta * b[i]);
    return sum;
  }

  static void assertNear(Matrix seen, double[] expected) {
    float[] values = seen.toArray();
    assertThat(values).hasSize(expected.length);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < values.length; i++) {
      if (!(Math.abs(values[i] - expected[i]) <= 4e-6 * largest + 1e-7)) {
        throw new AssertionError(
            String.format(Locale.ROOT, "element %d is %s, not %s", i, values[i], expected[i]));
      }
    }
  }

  /**
   * Elements of a gradient against differences of the loss.
   *
   * @param at where the gradient was taken
   * @param before what it was added to, or null
   */
  static void assertGradient(
      Matrix seen, ToDoubleFunction<double[]> loss, float[] at, float[] before, Random random) {
    float[] values = seen.toArray();
    double largest = Arrays.stream(d(values)).map(Math::abs).max().orElse(0);
    for (int i : Naive.sample(values.length, SAMPLES, random)) {
      double expected = Naive.derivative(loss, d(at), i) + (before == null ? 0 : before[i]);
      if (!(Math.abs(values[i] - expected) <= 1e-5 * largest + 1e-6)) {
        throw new AssertionError(
            String.format(Locale.ROOT, "gradient %d is %s, not %s", i, values[i], expected));
      }
    }
  }
}
