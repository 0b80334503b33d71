package org.radllama.train.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Decoding;

class SamplerTest {
  private static final int DRAWS = 40_000;

  /** Pearson's chi-square of many draws against probabilities worked out from the definitions. */
  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "0.5, 0, 1",
    "2, 0, 1",
    "1, 5, 1",
    "1, 1, 1",
    "1, 0, 0.9",
    "1, 0, 0.3",
    "0.7, 12, 0.8",
    "1.5, 3, 0.95",
    "1, 100, 0.5",
    "1, 0, 0.000001"
  })
  void drawsByTheProbabilitiesOfTheDefinition(double temperature, int topK, double topP) {
    for (int seed = 0; seed < 4; seed++) {
      float[] logits = logits(new Random(seed), 30);
      double[] expected = probabilities(logits, temperature, topK, topP);
      Sampler sampler = new Sampler(new Decoding.Sampling(temperature, topK, topP, seed));
      int[] seen = new int[logits.length];
      long key = CounterRandom.key(seed, 5);
      for (int i = 0; i < DRAWS; i++) {
        seen[Sampler.draw(sampler.weights(logits), CounterRandom.unit(key, i))]++;
      }
      double chi = 0;
      int kept = 0;
      for (int id = 0; id < seen.length; id++) {
        if (expected[id] == 0) {
          assertThat(seen[id]).isZero();
        } else {
          chi += Math.pow(seen[id] - DRAWS * expected[id], 2) / (DRAWS * expected[id]);
          kept++;
        }
      }
      assertThat(chi).isLessThan(chiSquare999(kept - 1));
    }
  }

  /** The distributions that transformers' own tests of its top-p filter expect. */
  @Test
  void keepsWhatTransformersKeeps() {
    assertThat(kept(0.8, 0.3f, 0.1f, 0.1f, 0.5f)).containsExactly(0, 3);
    assertThat(kept(0.8, 0.15f, 0.3f, 0.3f, 0.25f)).containsExactly(1, 2, 3);
  }

  private static int[] kept(double topP, float... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    double[] weights = new Sampler(new Decoding.Sampling(1, 0, topP, 0)).weights(logits);
    return IntStream.range(0, weights.length).filter(i -> weights[i] > 0).toArray();
  }

  @Test
  void drawsDifferBySeedKeyAndPlaceOnly() {
    float[][] logits = {logits(new Random(1), 500)};
    int[] first = draw(logits, 3, 8);
    assertThat(draw(logits, 3, 8)).isEqualTo(first);
    assertThat(draw(logits, 4, 8)).isNotEqualTo(first);
    assertThat(draw(logits, 3, 9)).isNotEqualTo(first);
    assertThat(Arrays.stream(first).distinct().count()).isGreaterThan(5);
  }

  private static int[] draw(float[][] logits, long seed, long key) {
    Decoding how = new Decoding(20, -1, new Decoding.Sampling(3, 0, 1, seed));
    TokenSearch search = TokenSearch.of(how, key);
    while (!search.next(logits).isEmpty()) {
      // Until the limit.
    }
    return search.texts().get(0);
  }

  @Test
  void refusesWhatCannotBe() {
    for (double temperature : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Decoding.Sampling(temperature, 0, 1, 0))
          .hasMessageContaining("temperature must be above 0");
    }
    assertThatThrownBy(() -> new Decoding.Sampling(1, -1, 1, 0)).hasMessageContaining("top-k");
    for (double topP : new double[] {0, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> new Decoding.Sampling(1, 0, topP, 0)).hasMessageContaining("top-p");
    }
    float[] damaged = {Float.NaN, 1, 2};
    for (Decoding.Strategy strategy :
        List.of(
            new Decoding.Greedy(),
            new Decoding.Sampling(1, 2, 0.5, 0),
            new Decoding.Beams(2, 1, Decoding.EarlyStopping.NEVER))) {
      TokenSearch search = TokenSearch.of(new Decoding(3, 0, strategy), 0);
      assertThatThrownBy(() -> search.next(new float[][] {damaged}))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("not finite");
    }
  }

  /** Logits with ties, as rounded ones have. */
  private static float[] logits(Random random, int n) {
    float[] logits = new float[n];
    for (int i = 0; i < n; i++) {
      logits[i] = Math.round(random.nextGaussian() * 6) / 4f;
    }
    return logits;
  }

  /** Temperature, top-k, top-p in this order; of equal tokens top-p drops the lower ids first. */
  private static double[] probabilities(float[] logits, double temperature, int topK, double topP) {
    double[] scores = new double[logits.length];
    Arrays.setAll(scores, i -> logits[i] / temperature);
    if (topK > 0 && topK < scores.length) {
      double least = Arrays.stream(scores).sorted().toArray()[scores.length - topK];
      Arrays.setAll(scores, i -> scores[i] < least ? Double.NEGATIVE_INFINITY : scores[i]);
    }
    double[] p = softmax(scores);
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double sum = 0;
    for (int i = 0; i < order.length - 1 && topP < 1; i++) {
      sum += p[order[i]];
      scores[order[i]] = sum <= 1 - topP ? Double.NEGATIVE_INFINITY : scores[order[i]];
    }
    double[] result = softmax(scores);
    assertThat(Arrays.stream(result).sum()).isCloseTo(1, within(1e-12));
    return result;
  }

  private static double[] softmax(double[] scores) {
    double sum = Arrays.stream(scores).map(Math::exp).sum();
    return Arrays.stream(scores).map(s -> Math.exp(s) / sum).toArray();
  }

  /** The 99.9 % point, after Wilson and Hilferty (1931). */
  private static double chiSquare999(int degrees) {
    double ninth = 2.0 / (9 * Math.max(1, degrees));
    return Math.max(1, degrees) * Math.pow(1 - ninth + 3.0902 * Math.sqrt(ninth), 3);
  }
}
