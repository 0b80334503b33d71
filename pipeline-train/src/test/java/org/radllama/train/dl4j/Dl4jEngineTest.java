package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.MicroBatch;

class Dl4jEngineTest {
  private static final DropoutKey KEY = new DropoutKey(1, 1);

  static Stream<Reference> references() {
    return Reference.all().stream();
  }

  @ParameterizedTest
  @MethodSource("references")
  void lossAndGradientArePyTorchs(Reference r) {
    for (boolean recompute : new boolean[] {false, true}) {
      try (Dl4jEngine engine = engine(r, r.adaptation(), recompute)) {
        GradientSum sum = engine.gradient(r.batch(), r.trainable(), KEY);
        assertThat(sum.sum().loss()).isCloseTo(r.loss(), within(r.loss() * 1e-5));
        assertThat(sum.sum().targetTokens()).isEqualTo(r.batch().targetTokens());
        assertThat(relativeError(sum.gradient(), r.gradient())).isLessThan(1e-5);
        assertThat(engine.loss(r.batch(), r.trainable()).loss())
            .isCloseTo(r.loss(), within(r.loss() * 1e-5));
      }
    }
  }

  /** Memory outside the heap does not grow with the number of steps. */
  @Test
  void laterStepsTakeNoMoreMemory() {
    Reference r = Reference.all().get(0);
    for (boolean recompute : new boolean[] {false, true}) {
      try (Dl4jEngine engine = engine(r, r.adaptation(), recompute)) {
        engine.gradient(r.batch(), r.trainable(), KEY);
        engine.generate(List.of(new int[] {1, 2}), r.trainable(), new Decoding(3, -1));
        long before = engine.scratchBytes();
        for (int i = 0; i < 50; i++) {
          engine.gradient(r.batch(), r.trainable(), KEY);
          engine.generate(List.of(new int[] {1, 2}), r.trainable(), new Decoding(3, -1));
        }
        assertThat(engine.scratchBytes()).isEqualTo(before);
      }
    }
  }

  /** Packed examples add up to the same as each alone. */
  @ParameterizedTest
  @MethodSource("references")
  void packingChangesNothing(Reference r) {
    try (Dl4jEngine engine = engine(r, r.adaptation(), false)) {
      GradientSum whole = engine.gradient(r.batch(), r.trainable(), KEY);
      GradientSum parts =
          r.examples().stream()
              .map(e -> engine.gradient(new MicroBatch(List.of(e)), r.trainable(), KEY))
              .reduce(GradientSum::add)
              .orElseThrow();
      assertThat(parts.sum().loss()).isCloseTo(whole.sum().loss(), within(1e-4));
      assertThat(relativeError(parts.gradient(), whole.gradient())).isLessThan(2e-6);
    }
  }

  /** The directional derivative under dropout, whose masks must be the same on the way back. */
  @Test
  void dropoutsGradientIsItsFiniteDifference() {
    Reference r = Reference.all().get(0);
    Adaptation.Lora plain = (Adaptation.Lora) r.adaptation();
    Adaptation dropped =
        new Adaptation.Lora(plain.rank(), plain.alpha(), 0.3, plain.targets(), false);
    try (Dl4jEngine engine = engine(r, dropped, true)) {
      float[] at = r.trainable();
      GradientSum sum = engine.gradient(r.batch(), at, KEY);
      double h = 2e-3;
      double expected = 0;
      float[] up = at.clone();
      float[] down = at.clone();
      for (int i = 0; i < at.length; i++) {
        double direction = Math.sin(i * 0.37 + 1);
        expected += direction * sum.gradient()[i];
        up[i] += (float) (h * direction);
        down[i] -= (float) (h * direction);
      }
      double difference =
          (engine.gradient(r.batch(), up, KEY).sum().loss()
                  - engine.gradient(r.batch(), down, KEY).sum().loss())
              / (2 * h);
      assertThat(difference).isCloseTo(expected, within(Math.abs(expected) * 5e-3));
      assertThat(engine.gradient(r.batch(), at, new DropoutKey(1, 2)).sum().loss())
          .isNotCloseTo(sum.sum().loss(), within(1e-3));
    }
  }

  /** Greedy continuation with a cache chooses what reading the whole text again would choose. */
  @ParameterizedTest
  @MethodSource("references")
  void cachedContinuationIsTheUncached(Reference r) {
    try (Dl4jEngine engine = engine(r, r.adaptation(), false)) {
      List<int[]> prompts = new ArrayList<>();
      for (int n : new int[] {1, 7, 40}) {
        prompts.add(Arrays.copyOf(r.examples().get(0).tokens(), n));
      }
      List<int[]> made = engine.generate(prompts, r.trainable(), new Decoding(6, -1));
      for (int i = 0; i < prompts.size(); i++) {
        int[] text = prompts.get(i);
        for (int id : made.get(i)) {
          assertThat(id).isEqualTo(likeliest(engine, r, text));
          text = Arrays.copyOf(text, text.length + 1);
          text[text.length - 1] = id;
        }
      }
      assertThat(engine.generate(prompts, r.trainable(), new Decoding(6, made.get(1)[0])).get(1))
          .isEmpty();
    }
  }

  /** The next token with the smallest loss. */
  private static int likeliest(Dl4jEngine engine, Reference r, int[] text) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int id = 0; id < r.config().vocabularySize(); id++) {
      int[] longer = Arrays.copyOf(text, text.length + 1);
      longer[text.length] = id;
      MicroBatch one = new MicroBatch(List.of(new EncodedExample(0, longer, text.length)));
      double loss = engine.loss(one, r.trainable()).loss();
      if (loss < least) {
        least = loss;
        best = id;
      }
    }
    return best;
  }

  private static Dl4jEngine engine(Reference r, Adaptation adaptation, boolean recompute) {
    return new Dl4jEngine(r.config(), adaptation, r.base(), recompute);
  }

  private static double relativeError(float[] seen, float[] expected) {
    assertThat(seen).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < seen.length; i++) {
      difference += Math.pow((double) seen[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }
}
