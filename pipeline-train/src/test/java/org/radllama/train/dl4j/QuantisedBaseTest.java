package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.failure.BadInputException;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.kernels.FusedBackend;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.NativeMemory;
import org.radllama.train.llama.Family;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/** Engines on a base in fewer bits. */
class QuantisedBaseTest {
  private static final DropoutKey KEY = new DropoutKey(1, 1);

  static Stream<Arguments> cases() {
    return Reference.all().stream()
        .filter(r -> r.adaptation() instanceof Adaptation.Lora)
        .flatMap(
            r ->
                Stream.of(Precision.BF16, Precision.FP16, Precision.INT8)
                    .map(p -> Arguments.of(r, p)));
  }

  /** Loss, gradient and texts are those of a base of floats with the same weights. */
  @ParameterizedTest
  @MethodSource("cases")
  void sameWeightsGiveTheSame(Reference r, Precision precision) {
    FrozenBase reduced = base(r, precision, r.weights());
    FrozenBase floats = base(r, Precision.F32, held(reduced));
    FrozenBase packed = base(r, new FrozenBase.Form(precision, true), r.weights());
    try (Dl4jEngine engine =
            new Dl4jEngine(r.config(), r.adaptation(), reduced, true, reduced.backend()::kernels);
        Dl4jEngine reference =
            new Dl4jEngine(r.config(), r.adaptation(), floats, false, floats.backend()::kernels);
        Dl4jEngine writer =
            new Dl4jEngine(r.config(), r.adaptation(), packed, false, packed.backend()::kernels)) {
      GradientSum seen = engine.gradient(r.batch(), r.trainable(), KEY);
      GradientSum expected = reference.gradient(r.batch(), r.trainable(), KEY);
      assertThat(seen.sum().loss())
          .isCloseTo(expected.sum().loss(), within(expected.sum().loss() * 2e-6));
      assertThat(Reference.relativeError(seen.gradient(), expected.gradient())).isLessThan(5e-6);
      List<int[]> prompts = List.of(new int[] {1, 2, 3}, new int[] {5});
      Decoding how = new Decoding(8, -1, new Decoding.Greedy());
      List<int[]> texts = EngineCalls.generate(reference, prompts, r.trainable(), how);
      for (Dl4jEngine other : List.of(engine, writer)) {
        assertThat(EngineCalls.generate(other, prompts, r.trainable(), how))
            .usingRecursiveComparison()
            .isEqualTo(texts);
      }
      assertThat(writer.loss(r.batch(), r.trainable()).loss())
          .isCloseTo(
              reference.loss(r.batch(), r.trainable()).loss(),
              within(expected.sum().loss() * 2e-6));
    }
  }

  /** The sum of the tensors, and nothing else, is what a base says that it holds. */
  @Test
  void bytesAreCounted() {
    Reference r = (Reference) cases().findFirst().orElseThrow().get()[0];
    for (Precision precision : Precision.values()) {
      long expected = 0;
      for (List<Integer> shape : LlamaWeights.tensors(r.config()).values()) {
        expected +=
            shape.size() == 1 ? shape.get(0) * 4L : precision.bytes(shape.get(0), shape.get(1));
      }
      assertThat(FrozenBase.bytes(precision, r.config())).isEqualTo(expected);
      try (FrozenBase base = base(r, precision, r.weights())) {
        assertThat(base.bytes()).isEqualTo(expected);
      }
    }
    assertThat(Precision.INT8.bytes(4096, 11008)).isEqualTo(4096L * 11008 + 4096 * 4);
    assertThat(Precision.BF16.bytes(4096, 11008)).isEqualTo(4096L * 11008 * 2);
    assertThat(Precision.F32.bytes(4096, 11008)).isEqualTo(4096L * 11008 * 4);
  }

  /** What a step is said to take is what the engine then holds, up to what it holds in reserve. */
  @ParameterizedTest
  @EnumSource
  void memoryIsEstimated(Family family) {
    Reference r = (Reference) cases().findFirst().orElseThrow().get()[0];
    Precision precision = Precision.INT8;
    LlamaConfig c = r.config();
    LlamaConfig wide =
        new LlamaConfig(
            c.vocabularySize(),
            192,
            512,
            6,
            6,
            2,
            32,
            2048,
            1e-5,
            new LlamaConfig.Rope(1e4, null),
            false,
            1,
            2,
            family,
            null);
    int[] tokens = new int[768];
    Arrays.setAll(tokens, i -> i % c.vocabularySize());
    MicroBatch batch = new MicroBatch(List.of(new EncodedExample(0, tokens, 1)));
    FrozenBase.Source same = (tensor, at, into, count) -> Arrays.fill(into, 0, count, 0.01f);
    for (Recompute recompute : List.of(Recompute.ON, Recompute.OFF)) {
      MemoryEstimate estimate =
          new Dl4jEngineProvider()
              .training(
                  new EngineSpec(
                      TestSettings.of(KernelKind.FUSED, BasePrecision.AUTO, recompute),
                      "",
                      precision,
                      wide.toJson(),
                      r.adaptation(),
                      1),
                  tokens.length);
      FrozenBase base =
          FrozenBase.load(new FusedBackend(), new FrozenBase.Form(precision, false), wide, same);
      try (Dl4jEngine engine =
          new Dl4jEngine(
              wide, r.adaptation(), base, recompute == Recompute.ON, base.backend()::kernels)) {
        engine.gradient(batch, new float[engine.parameterCount()], KEY);
        long arrays = 2L * (wide.layers() + 1) * tokens.length * wide.hiddenSize() * Float.BYTES;
        long held = EngineCalls.scratchBytes(engine) + arrays;
        assertThat(estimate.intermediates()).isBetween(held / 2, held * 3 / 2);
        assertThat(estimate.base()).isEqualTo(base.bytes());
        assertThat(estimate.perExecutor(3))
            .isEqualTo(base.bytes() + 3 * (estimate.vectors() + estimate.intermediates()));
      }
    }
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeItIsLoaded() {
    long more = Pointer.totalPhysicalBytes();
    assertThatThrownBy(() -> NativeMemory.require(more, "a model"))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageMatching("a model: [0-9]+ MiB .*");
    NativeMemory.require(1 << 20, "a small one");
  }

  @Test
  void aWeightBeyondThePrecisionNamesItsTensor() {
    Reference r = (Reference) cases().findFirst().orElseThrow().get()[0];
    String name = LlamaWeights.projection(1, "k_proj");
    FrozenBase.Source weights = r.weights();
    FrozenBase.Source broken =
        (tensor, at, into, count) -> {
          weights.read(tensor, at, into, count);
          if (tensor.equals(name)) {
            into[3] = 1e6f;
          }
        };
    assertThatThrownBy(() -> base(r, Precision.FP16, broken))
        .isInstanceOf(BadInputException.class)
        .hasMessage(
            "--base-model, tensor %s: a weight is 1000000.0, which fp16 cannot hold; base-precision = f32 holds every weight"
                .formatted(name));
  }

  /** Memory is freed only when no reader writes to it any more, whatever ends the loading. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readersHaveEndedWhenLoadingFails(boolean interrupted) {
    Reference r = (Reference) cases().findFirst().orElseThrow().get()[0];
    AtomicInteger reading = new AtomicInteger();
    Thread caller = Thread.currentThread();
    FrozenBase.Source slow =
        (tensor, at, into, count) -> {
          reading.incrementAndGet();
          try {
            if (tensor.equals(LlamaWeights.FINAL_NORM)) {
              if (interrupted) {
                caller.interrupt();
              } else {
                throw new BadInputException("broken");
              }
            }
            LockSupport.parkNanos(20_000_000);
          } finally {
            reading.decrementAndGet();
          }
        };
    assertThatThrownBy(() -> base(r, Precision.BF16, slow)).isInstanceOf(RuntimeException.class);
    assertThat(reading).hasValue(0);
    assertThat(Thread.interrupted()).isEqualTo(interrupted);
  }

  private static FrozenBase base(Reference r, Precision precision, FrozenBase.Source weights) {
    return base(r, new FrozenBase.Form(precision, false), weights);
  }

  private static FrozenBase base(Reference r, FrozenBase.Form form, FrozenBase.Source weights) {
    return FrozenBase.load(new FusedBackend(), form, r.config(), weights);
  }

  /** What a base holds, as floats. */
  private static FrozenBase.Source held(FrozenBase base) {
    return (tensor, at, into, count) -> {
      Matrix matrix = base.get(tensor);
      matrix.get((int) at, into, 0, count);
    };
  }
}
