package org.radllama.train.gguf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.train.safetensors.FloatTensor;

class GgufWriterTest {
  @TempDir java.nio.file.Path folder;

  private java.nio.file.Path write(GgufMetadata metadata, GgufTensor... tensors)
      throws IOException {
    java.nio.file.Path file = Files.createTempFile(folder, "model", ".gguf");
    FileSystem fs = FileSystem.getLocal(new Configuration());
    GgufWriter.write(fs, new Path(file.toUri()), metadata, List.of(tensors));
    return file;
  }

  private static GgufTensor tensor(String name, GgufType type, float[] values, Long... shape) {
    FloatTensor.Source source =
        (from, into, count) -> System.arraycopy(values, (int) from, into, 0, count);
    return new GgufTensor(name, type, List.of(shape), source);
  }

  /** The bytes, written down by hand from the specification. */
  @Test
  void aFileIsLaidOutAsSpecified() throws IOException {
    java.nio.file.Path file =
        write(
            new GgufMetadata().bool("a.b", true).int32s("c", List.of(-1)),
            tensor("t", GgufType.F16, new float[] {1, -2, 0.5f, 65504, 0, 0x1p-24f}, 2L, 3L));
    ByteBuffer expected = ByteBuffer.allocate(224).order(ByteOrder.LITTLE_ENDIAN);
    expected.put("GGUF".getBytes(US_ASCII)).putInt(3).putLong(1).putLong(3);
    expected.putLong(3).put("a.b".getBytes(US_ASCII)).putInt(7).put((byte) 1);
    expected.putLong(1).put("c".getBytes(US_ASCII)).putInt(9).putInt(5).putLong(1).putInt(-1);
    expected.putLong(17).put("general.alignment".getBytes(US_ASCII)).putInt(4).putInt(32);
    expected
        .putLong(1)
        .put("t".getBytes(US_ASCII))
        .putInt(2)
        .putLong(3)
        .putLong(2)
        .putInt(1)
        .putLong(0);
    expected.position((expected.position() + 31) / 32 * 32);
    for (int bits : new int[] {0x3c00, 0xc000, 0x3800, 0x7bff, 0, 1}) {
      expected.putShort((short) bits);
    }
    int end = (expected.position() + 31) / 32 * 32;
    byte[] bytes = new byte[end];
    expected.rewind().get(bytes);
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void everyValueComesBackWithItsType() throws IOException {
    GgufMetadata metadata =
        new GgufMetadata()
            .string("text", "\u2581heart \ud83e\udec0")
            .uint32("count", Integer.MAX_VALUE)
            .float32("epsilon", 1e-5)
            .bool("no", false)
            .strings("tokens", List.of("", "<s>"))
            .float32s("scores", List.of(-0.5f, Float.MIN_VALUE))
            .int32s("types", List.of());
    assertThat(GgufFile.read(write(metadata)).metadata())
        .isEqualTo(
            Map.of(
                "text",
                "\u2581heart \ud83e\udec0",
                "count",
                (long) Integer.MAX_VALUE,
                "epsilon",
                1e-5f,
                "no",
                false,
                "tokens",
                List.of("", "<s>"),
                "scores",
                List.of(-0.5f, Float.MIN_VALUE),
                "types",
                List.of(),
                "general.alignment",
                32L));
    assertThatThrownBy(() -> metadata.string("text", ""))
        .hasMessageContaining("two values for text");
    assertThatThrownBy(() -> metadata.string("Two Words", ""))
        .hasMessageContaining("not a key of the format");
    assertThatThrownBy(() -> metadata.uint32("less", -1)).hasMessageContaining("less is -1");
  }

  /** Larger than a piece, so that pieces meet; every type beside every other. */
  @Test
  void everyTensorComesBack() throws IOException {
    float[] values = random(96 * 2735, 1);
    java.nio.file.Path file =
        write(
            new GgufMetadata(),
            tensor("f16", GgufType.F16, values, values.length / 3L, 3L),
            tensor("q8", GgufType.Q8_0, values, values.length / 32L, 32L),
            tensor("f32", GgufType.F32, values, (long) values.length));
    GgufFile read = GgufFile.read(file);
    assertThat(read.tensors().keySet()).containsExactly("f16", "q8", "f32");
    assertThat(read.tensors().get("f16").dimensions()).containsExactly(3L, values.length / 3L);
    assertThat(read.floats("f32")).isEqualTo(values);
    float[] halves = read.floats("f16");
    float[] eighths = read.floats("q8");
    double worstHalf = 0;
    double worstEighth = 0;
    for (int i = 0; i < values.length; i++) {
      worstHalf = Math.max(worstHalf, Math.abs(halves[i] - values[i]) / halfUnit(values[i]));
      worstEighth = Math.max(worstEighth, Math.abs(eighths[i] - values[i]) / bound(values, i));
    }
    assertThat(worstHalf).isBetween(0.9, 1.0);
    assertThat(worstEighth).isBetween(0.9, 1.0);
  }

  /** Half the distance between neighbouring F16 numbers around x. */
  private static float halfUnit(float x) {
    return (float) Math.pow(2, Math.max(-14, Math.getExponent(x)) - 11);
  }

  /**
   * How far an element of a Q8_0 block may be off: half a step, and the F16 rounding of the step
   * times the whole number.
   */
  private static double bound(float[] values, int i) {
    double largest = 0;
    for (int j = i / 32 * 32; j < i / 32 * 32 + 32; j++) {
      largest = Math.max(largest, Math.abs(values[j]));
    }
    double step = largest / 127;
    double stepError = Math.max(step * 0x1p-11, 0x1p-25);
    return step / 2 + (Math.abs(values[i]) / step + 0.5) * stepError + 1e-7 * largest;
  }

  /** Against the definition in double precision where float arithmetic cannot tip a rounding. */
  @Test
  void aBlockOfEightBitsIsTheReferences() {
    ByteBuffer out = ByteBuffer.allocate(34 * 4).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[128];
    // Steps of exactly 1, so that halves are met: they go away from zero.
    float[] first = {127, 0.5f, -0.5f, 1.5f, -1.5f, 2.5f, -2.5f, 0.49999997f, -0.49999997f, -127};
    System.arraycopy(first, 0, values, 0, first.length);
    values[64] = -3;
    values[96] = Float.MIN_VALUE;
    Q8Block.encode(values, 128, out);
    byte[] whole = new byte[10];
    out.get(2, whole);
    assertThat(GgufFile.half(out.getShort(0))).isEqualTo(1);
    assertThat(whole).containsExactly(127, 1, -1, 2, -2, 3, -3, 0, 0, -127);
    assertThat(out.getShort(34)).isZero();
    assertThat(GgufFile.half(out.getShort(68))).isCloseTo(3f / 127, within(3f / 127 / 2048));
    assertThat(out.get(70)).isEqualTo((byte) -127);
    assertThat(out.getShort(102)).isZero();
    assertThat(out.get(104)).isZero();

    Random random = new Random(5);
    for (int round = 0; round < 1000; round++) {
      float scale = (float) Math.pow(10, random.nextInt(9) - 6);
      float[] block = random(32, random.nextInt());
      double largest = 0;
      for (int i = 0; i < 32; i++) {
        block[i] *= scale;
        largest = Math.max(largest, Math.abs(block[i]));
      }
      Q8Block.encode(block, 32, out);
      for (int i = 0; i < 32; i++) {
        double exact = block[i] / (largest / 127);
        if (Math.abs(Math.abs(exact) % 1 - 0.5) > 1e-4) {
          assertThat(out.get(2 + i)).isEqualTo((byte) Math.rint(exact));
        }
      }
    }
  }

  @Test
  void whatTheFormatCannotHoldIsRefusedByName() {
    assertRefused("blk.0.ffn_up.weight: a weight is 65520.0, beyond F16", GgufType.F16, 65520);
    assertRefused("a weight is NaN, beyond F32", GgufType.F32, Float.NaN);
    assertRefused("a weight is 8400000.0, beyond Q8_0", GgufType.Q8_0, 8.4e6f);
    assertThatThrownBy(() -> tensor("x".repeat(64), GgufType.F32, new float[1], 1L))
        .hasMessageContaining("too long a name");
    assertThatThrownBy(() -> tensor("x", GgufType.Q8_0, new float[64], 2L, 33L))
        .hasMessageContaining("not a shape for Q8_0");
    GgufTensor one = tensor("x", GgufType.F32, new float[1], 1L);
    assertThatThrownBy(() -> write(new GgufMetadata(), one, one))
        .hasMessageContaining("two tensors have the name x");
  }

  private void assertRefused(String message, GgufType type, float value) {
    float[] values = new float[32];
    values[7] = value;
    assertThatThrownBy(
            () -> write(new GgufMetadata(), tensor("blk.0.ffn_up.weight", type, values, 1L, 32L)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
