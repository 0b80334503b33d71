package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.factory.Nd4j;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.kernels.Backends;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.TorchBackend;

class Dl4jEngineTest {
  private static final DropoutKey KEY = new DropoutKey(1, 1);

  static Stream<Arguments> references() {
    return Reference.all().stream().flatMap(r -> Backends.all().map(b -> Arguments.of(r, b)));
  }

  @ParameterizedTest
  @MethodSource("references")
  void lossAndGradientArePyTorchs(Reference r, Backend backend) {
    for (boolean recompute : new boolean[] {false, true}) {
      try (Dl4jEngine engine = engine(r, backend, r.adaptation(), recompute)) {
        GradientSum sum = engine.gradient(r.batch(), r.trainable(), KEY);
        assertThat(sum.sum().loss()).isCloseTo(r.loss(), within(r.loss() * 1e-5));
        assertThat(sum.sum().targetTokens()).isEqualTo(r.batch().targetTokens());
        assertThat(Reference.relativeError(sum.gradient(), r.gradient())).isLessThan(1e-5);
        assertThat(engine.loss(r.batch(), r.trainable()).loss())
            .isCloseTo(r.loss(), within(r.loss() * 1e-5));
      }
    }
  }

  /** Memory outside the heap does not grow with the number of steps. */
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.Backends#all")
  void laterStepsTakeNoMoreMemory(Backend backend) {
    Reference r = Reference.all().get(0);
    for (boolean recompute : new boolean[] {false, true}) {
      try (Dl4jEngine engine = engine(r, backend, r.adaptation(), recompute)) {
        work(engine, r);
        long scratch = EngineCalls.scratchBytes(engine);
        long arrays = arrayBytes();
        for (int i = 0; i < 12; i++) {
          work(engine, r);
        }
        assertThat(EngineCalls.scratchBytes(engine)).isEqualTo(scratch);
        assertThat(arrayBytes()).isLessThanOrEqualTo(arrays);
      }
    }
  }

  /** Intermediates of a GPU whose base is bf16, and rounded products: nothing is summed in bf16. */
  @ParameterizedTest
  @MethodSource("halfPrecision")
  void halfPrecisionStaysNear(Reference r, Precision base, Backend backend) {
    FrozenBase.Form form = new FrozenBase.Form(base, false);
    try (Dl4jEngine engine =
        new Dl4jEngine(
            r.config(),
            r.adaptation(),
            r.adaptation() instanceof Adaptation.Full
                ? FrozenBase.none(backend)
                : FrozenBase.load(backend, form, r.config(), r.weights()),
            false,
            backend::kernels)) {
      GradientSum sum = engine.gradient(r.batch(), r.trainable(), KEY);
      assertThat(sum.sum().loss()).isCloseTo(r.loss(), within(r.loss() * 2e-3));
      assertThat(cosine(sum.gradient(), r.gradient())).isGreaterThan(0.999);
      assertThat(EngineCalls.generate(engine, List.of(new int[] {1, 2}), r.trainable(), 5, -1))
          .allMatch(ids -> ids.length == 5);
    }
  }

  static Stream<Arguments> halfPrecision() {
    return Reference.all().stream()
        .flatMap(
            r ->
                Stream.of(Precision.F32, Precision.BF16)
                    .flatMap(
                        p ->
                            Stream.of(
                                Arguments.of(r, p, new TorchBackend("cpu", Precision.BF16)),
                                Arguments.of(r, p, new FusedBackend(true)))));
  }

  private static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }

  @Test
  void aFullGpuIsNamedWithWhatTakesLess() {
    RuntimeException full = new RuntimeException("CUDA out of memory. Tried to allocate 2.00 GiB.");
    assertThat(Dl4jEngine.memoryNamed(full))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("recompute = on")
        .hasCause(full);
    RuntimeException other = new IllegalStateException();
    assertThat(Dl4jEngine.memoryNamed(other)).isSameAs(other);
  }

  private static void work(Dl4jEngine engine, Reference r) {
    engine.gradient(r.batch(), r.trainable(), KEY);
    engine.loss(r.batch(), r.trainable());
    EngineCalls.generate(engine, List.of(new int[] {1, 2}, new int[] {3}), r.trainable(), 3, -1);
  }

  /** Bytes of all arrays of ND4J that are not yet freed, as its native library counts them. */
  private static long arrayBytes() {
    return Nd4j.getBackend().getEnvironment().getDeviceCouner(0);
  }

  /** Packed examples add up to the same as each alone. */
  @ParameterizedTest
  @MethodSource("references")
  void packingChangesNothing(Reference r, Backend backend) {
    try (Dl4jEngine engine = engine(r, backend, r.adaptation(), false)) {
      GradientSum whole = engine.gradient(r.batch(), r.trainable(), KEY);
      GradientSum parts =
          r.examples().stream()
              .map(e -> engine.gradient(new MicroBatch(List.of(e)), r.trainable(), KEY))
              .reduce(GradientSum::add)
              .orElseThrow();
      assertThat(parts.sum().loss()).isCloseTo(whole.sum().loss(), within(1e-4));
      assertThat(Reference.relativeError(parts.gradient(), whole.gradient())).isLessThan(2e-6);
    }
  }

  /** The directional derivative under dropout, whose masks must be the same on the way back. */
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.Backends#all")
  void dropoutsGradientIsItsFiniteDifference(Backend backend) {
    Reference r = Reference.all().get(0);
    Adaptation.Lora plain = (Adaptation.Lora) r.adaptation();
    Adaptation dropped =
        new Adaptation.Lora(plain.rank(), plain.alpha(), 0.3, plain.targets(), false);
    try (Dl4jEngine engine = engine(r, backend, dropped, true)) {
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
  void cachedContinuationIsTheUncached(Reference r, Backend backend) {
    try (Dl4jEngine engine = engine(r, backend, r.adaptation(), false);
        Dl4jEngine uncached = engine(r, new FusedBackend(), r.adaptation(), false)) {
      List<int[]> prompts = new ArrayList<>();
      for (int n : new int[] {1, 7, 40}) {
        prompts.add(Arrays.copyOf(r.examples().get(0).tokens(), n));
      }
      List<int[]> made = EngineCalls.generate(engine, prompts, r.trainable(), 6, -1);
      for (int i = 0; i < prompts.size(); i++) {
        int[] text = prompts.get(i);
        for (int id : made.get(i)) {
          assertThat(id).isEqualTo(likeliest(uncached, r, text));
          text = Arrays.copyOf(text, text.length + 1);
          text[text.length - 1] = id;
        }
      }
      assertThat(EngineCalls.generate(engine, prompts, r.trainable(), 6, made.get(1)[0]).get(1))
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

  private static Dl4jEngine engine(
      Reference r, Backend backend, Adaptation adaptation, boolean recompute) {
    return new Dl4jEngine(r.config(), adaptation, r.base(backend), recompute, backend::kernels);
  }
}
