package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.ParameterLayout.Slot;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.llama.LlamaWeights;

/**
 * Checkpoints of every readable type, single and sharded, opened as a job opens them and compared
 * with PyTorch in double precision on the rounded weights: checkpoint-reference.json, which
 * src/test/scripts/checkpoint_reference.py makes.
 */
class CheckpointReferenceTest {
  @TempDir Path folder;

  /**
   * One model.
   *
   * @param dtype of its checkpoint
   * @param rows packed tokens
   * @param logits of those, (rows, vocabulary)
   */
  private record Case(Reference reference, String dtype, int[] rows, float[] logits) {
    @Override
    public String toString() {
      return reference + " " + dtype;
    }
  }

  private static List<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = Reference.class.getResourceAsStream("checkpoint-reference.json")) {
      for (JsonNode node : Json.mapper().readTree(in)) {
        int[] rows =
            IntStream.range(0, node.get("rows").size())
                .map(i -> node.get("rows").get(i).asInt())
                .toArray();
        cases.add(
            new Case(
                Reference.of(node),
                node.get("dtype").asText(),
                rows,
                Reference.floats(node.get("logits").asText())));
      }
    }
    return cases;
  }

  static Stream<Arguments> checkpoints() throws IOException {
    return cases().stream()
        .flatMap(
            c ->
                Stream.of(
                    Arguments.of(c, 1, KernelKind.FUSED),
                    Arguments.of(c, 2, KernelKind.TORCH),
                    Arguments.of(c, 3, KernelKind.NDARRAY)));
  }

  @ParameterizedTest(name = "{0} in {1} shards, {2} kernels")
  @MethodSource("checkpoints")
  void logitsLossAndGradientArePyTorchs(Case c, int shards, KernelKind kernels) throws IOException {
    Reference r = c.reference();
    write(c, shards);
    try (Dl4jEngine engine = open(r, kernels, folder.toString())) {
      assertThat(
              Reference.relativeError(
                  EngineCalls.logits(engine, r.batch(), r.trainable(), c.rows()), c.logits()))
          .isLessThan(1e-5);
      GradientSum sum = engine.gradient(r.batch(), r.trainable(), new DropoutKey(1, 1));
      assertThat(sum.sum().loss()).isCloseTo(r.loss(), within(r.loss() * 1e-5));
      assertThat(Reference.relativeError(sum.gradient(), r.gradient())).isLessThan(1e-5);
    }
  }

  /** The reference tells the types apart, so a reader that mixed them up would be found. */
  @Test
  void theTypesDifferByMoreThanTheToleranceAllows() throws IOException {
    List<Case> cases = cases();
    for (int i = 0; i < cases.size(); i += 3) {
      assertThat(List.of(cases.get(i).dtype(), cases.get(i + 1).dtype(), cases.get(i + 2).dtype()))
          .containsExactly("F32", "F16", "BF16");
      for (int j = 0; j < 3; j++) {
        float[] one = cases.get(i + j).logits();
        assertThat(Reference.relativeError(one, cases.get(i + (j + 1) % 3).logits()))
            .isGreaterThan(1e-4);
      }
    }
  }

  /** A whole model that is trained has its weights in the flat vector. */
  @ParameterizedTest
  @MethodSource("whole")
  void logitsOfATrainedModelArePyTorchs(Reference r) {
    try (Dl4jEngine engine = open(r, KernelKind.AUTO, "")) {
      int last = r.examples().get(0).tokens().length - 1;
      float[] logits = EngineCalls.logits(engine, r.batch(), r.trainable(), new int[] {last});
      assertThat(Reference.relativeError(logits, r.lastLogits())).isLessThan(1e-5);
    }
  }

  static Stream<Reference> whole() {
    return Reference.all().stream().filter(r -> r.adaptation() instanceof Adaptation.Full);
  }

  private static Dl4jEngine open(Reference r, KernelKind kernels, String dir) {
    EngineSpec spec =
        new EngineSpec(
            TestSettings.floats(kernels, Recompute.AUTO),
            dir,
            Precision.F32,
            r.config().toJson(),
            r.adaptation(),
            1);
    return (Dl4jEngine) new Dl4jEngineProvider().open(spec, new Configuration());
  }

  private void write(Case c, int shards) throws IOException {
    Files.writeString(folder.resolve("config.json"), c.reference().config().toJson());
    ParameterLayout layout = LlamaWeights.fullLayout(c.reference().config());
    float[] values = Reference.values(layout, 0, 0.2);
    ObjectNode index = Json.mapper().createObjectNode();
    ObjectNode places = index.putObject("weight_map");
    for (int shard = 0; shard < shards; shard++) {
      String file =
          shards == 1
              ? "model.safetensors"
              : String.format(Locale.ROOT, "model-%d-of-%d.safetensors", shard, shards);
      List<Slot> slots = new ArrayList<>();
      for (int i = shard; i < layout.slots().size(); i += shards) {
        slots.add(layout.slots().get(i));
        places.put(layout.slots().get(i).name(), file);
      }
      Files.write(folder.resolve(file), safetensors(slots, values, c.dtype()));
    }
    if (shards > 1) {
      Files.writeString(folder.resolve("model.safetensors.index.json"), index.toString());
    }
  }

  private static byte[] safetensors(List<Slot> slots, float[] values, String dtype) {
    int bytes = dtype.equals("F32") ? 4 : 2;
    ObjectNode header = Json.mapper().createObjectNode();
    int end = 0;
    for (Slot slot : slots) {
      ObjectNode entry = header.putObject(slot.name()).put("dtype", dtype);
      slot.shape().forEach(entry.putArray("shape")::add);
      entry.putArray("data_offsets").add(end).add(end + bytes * slot.size());
      end += bytes * slot.size();
    }
    byte[] json = header.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(json.length).put(json);
    for (Slot slot : slots) {
      for (int i = slot.offset(); i < slot.offset() + slot.size(); i++) {
        switch (dtype) {
          case "F32" -> out.putFloat(values[i]);
          case "F16" -> out.putShort(half(values[i]));
          default -> out.putShort(brain(values[i]));
        }
      }
    }
    return out.array();
  }

  /** To the nearest binary16, ties to even; for values below its largest. */
  private static short half(float value) {
    float size = Math.abs(value);
    int exponent = Math.getExponent(size);
    int bits =
        exponent < -14
            ? (int) Math.rint(size * 0x1p24)
            : ((exponent + 15) << 10) + (int) Math.rint((Math.scalb(size, -exponent) - 1) * 1024);
    return (short) (value < 0 ? bits | 0x8000 : bits);
  }

  /** To the nearest bfloat16, ties to even. */
  private static short brain(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
