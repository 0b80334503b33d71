package org.radllama.train.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.train.safetensors.BadFile;
import org.radllama.train.safetensors.FloatTensor;

/** Files of the gguf package (gguf_reference.py), of the writer, and damaged ones. */
class GgufReaderTest {
  private static final List<String> TYPES =
      List.of("F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q5_K", "Q6_K");

  @TempDir java.nio.file.Path folder;

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = GgufReaderTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  private GgufReader open(byte[] bytes) throws IOException {
    java.nio.file.Path file = Files.createTempFile(folder, "file", ".gguf");
    Files.write(file, bytes);
    return open(file);
  }

  private static GgufReader open(java.nio.file.Path file) throws IOException {
    return GgufReader.open(FileSystem.getLocal(new Configuration()), new Path(file.toUri()));
  }

  private static float[] read(GgufReader file, String name) throws IOException {
    float[] values = new float[Math.toIntExact(file.tensor(name).elements())];
    file.read(name, 0, values, 0, values.length);
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void everyTypeHasTheBitsOfTheGgufPackage() throws IOException {
    ByteBuffer expected = ByteBuffer.wrap(resource("types.f32")).order(ByteOrder.LITTLE_ENDIAN);
    try (GgufReader file = open(resource("types.gguf"))) {
      assertThat(file.names()).containsExactlyElementsOf(TYPES);
      for (String type : TYPES) {
        float[] seen = read(file, type);
        int[] wanted = new int[seen.length];
        Arrays.setAll(wanted, i -> expected.getInt());
        assertThat(bits(seen)).as(type).isEqualTo(wanted);
      }
      assertThat(expected.hasRemaining()).isFalse();
    }
  }

  @Test
  void aSliceIsThatPartOfTheWhole() throws IOException {
    Random random = new Random(3);
    try (GgufReader file = open(resource("types.gguf"))) {
      for (String type : TYPES) {
        float[] whole = read(file, type);
        for (int round = 0; round < 50; round++) {
          int from = random.nextInt(whole.length);
          int count = random.nextInt(whole.length - from + 1);
          float[] part = new float[count + 3];
          file.read(type, from, part, 2, count);
          assertThat(Arrays.copyOfRange(part, 2, 2 + count))
              .isEqualTo(Arrays.copyOfRange(whole, from, from + count));
          assertThat(part[0] + part[1] + part[count + 2]).isZero();
        }
        assertThatThrownBy(() -> file.read(type, 1, new float[whole.length], 0, whole.length))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void everyValueHasItsType() throws IOException {
    try (GgufReader file = open(resource("types.gguf"))) {
      GgufValues values = file.values();
      for (String size : List.of("8", "16", "32", "64")) {
        assertThat(values.whole("a.uint" + size)).contains(200);
        assertThatThrownBy(() -> values.whole("a.int" + size))
            .isInstanceOf(BadInputException.class)
            .hasMessageContaining("a.int" + size + " is -100, must be 0 to 2^31-1");
        assertThat(values.number("a.int" + size)).contains(-100.0);
      }
      assertThat(values.number("a.float32")).contains(1e-5);
      assertThat(values.number("a.float64")).contains(0.1);
      assertThat(values.flag("a.bool")).contains(true);
      assertThat(values.text("a.string")).contains("\u2581heart \ud83e\udec0");
      assertThat(values.texts("a.strings")).containsExactly("", "<s>");
      assertThat(values.wholes("a.ints")).containsExactly(-1, 2);
      assertThat(values.numbers("a.floats")).containsExactly(0.5f, -2.25f);
      assertThat(values.text("none")).isEmpty();
      assertThat(values.texts("none")).isEmpty();
      assertThatThrownBy(() -> values.text("a.bool")).hasMessageContaining("a.bool is not a text");
      assertThatThrownBy(() -> values.size("none")).hasMessageContaining("none is missing");
    }
  }

  /** Larger than a piece, so that pieces meet. */
  @Test
  void whatTheWriterWroteComesBack() throws IOException {
    Random random = new Random(5);
    int rows = 3 * 2735;
    float[] values = new float[32 * rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    FloatTensor.Source source =
        (from, into, count) -> System.arraycopy(values, Math.toIntExact(from), into, 0, count);
    List<GgufTensor> tensors = new ArrayList<>();
    for (GgufType type : List.of(GgufType.F16, GgufType.Q8_0, GgufType.F32)) {
      tensors.add(new GgufTensor(type.name(), type, List.of((long) rows, 32L), source));
    }
    java.nio.file.Path written = folder.resolve("written.gguf");
    GgufWriter.write(
        FileSystem.getLocal(new Configuration()),
        new Path(written.toUri()),
        new GgufMetadata().strings("tokens", List.of("a", "")),
        tensors);
    GgufFile independent = GgufFile.read(written);
    try (GgufReader file = open(written)) {
      assertThat(file.values().texts("tokens")).containsExactly("a", "");
      for (GgufTensor tensor : tensors) {
        assertThat(file.tensor(tensor.name()).shape()).containsExactly((long) rows, 32L);
        assertThat(bits(read(file, tensor.name())))
            .isEqualTo(bits(independent.floats(tensor.name())));
      }
    }
  }

  private static void header(byte[] bytes) throws IOException {
    HeaderReader.read(
        new ByteArrayInputStream(bytes), bytes.length, new BadFile("damaged", "GGUF"));
  }

  /** Only padding may be missing. */
  @Test
  void everyShorterFileIsRefused() throws IOException {
    for (String name : List.of("types.gguf", "model.gguf")) {
      byte[] whole = resource(name);
      header(whole);
      for (int length = 0; length < whole.length - 31; length++) {
        byte[] prefix = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> header(prefix))
            .as("%d bytes", length)
            .isInstanceOf(BadInputException.class)
            .hasMessageStartingWith("damaged");
      }
    }
  }

  /** Nothing but a refusal comes of any bytes, and soon; most changes are seen. */
  @Test
  void changedBytesAreRefusedOrRead() throws IOException {
    byte[] whole = resource("types.gguf");
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] changed = whole.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        changed[random.nextInt(1300)] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
      }
      try {
        header(changed);
      } catch (BadInputException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(8_000);
  }

  @Test
  void whatAFileMustNotSayIsNamed() {
    assertRefused("it does not begin with GGUF", "safetensors, no".getBytes(UTF_8));
    assertRefused("its version is 1, readable are 2 and 3", start(1, 0, 0).array());
    assertRefused("it is big-endian", start(Integer.reverseBytes(3), 0, 0).array());
    assertRefused("number of tensors: 18446744073709551615", start(3, -1, 0).array());
    assertRefused("number of keys: 4294967296, at most", start(3, 0, 1L << 32).array());
    assertRefused(
        "is a text of 9223372036854775807 bytes", start(3, 0, 1).putLong(Long.MAX_VALUE).array());
    assertRefused("k has a value of unknown type 13", key("k", 13).array());
    assertRefused("k is the truth value 2", key("k", 7).put((byte) 2).array());
    assertRefused("k is a list of lists", key("k", 9).putInt(9).putLong(1).array());
    assertRefused("k: 1073741824, at most", key("k", 9).putInt(8).putLong(1 << 30).array());
    assertRefused(
        "general.alignment is 12, must be a multiple of 8",
        key("general.alignment", 4).putInt(12).array());
    assertRefused("tensor t: its type is IQ4_XS, readable are", tensor(23, 0, 256).array());
    assertRefused("tensor t: its type is number 77", tensor(77, 0, 256).array());
    assertRefused("rows are no whole blocks of Q4_K", tensor(12, 0, 32).array());
    assertRefused("it ends at byte", tensor(0, 32, 1 << 20).array());
    assertRefused("its data begins at 5, must be a multiple of 32", tensor(0, 5, 1).array());
    assertRefused("its data begins at 18446744073709551584", tensor(0, -32, 1).array());
    assertRefused("its shape is [9223372036854775807]", tensor(0, 0, Long.MAX_VALUE).array());
    assertRefused("its shape is [0]", tensor(0, 0, 0).array());
  }

  private static ByteBuffer start(int version, long tensors, long keys) {
    ByteBuffer out = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    return out.put("GGUF".getBytes(UTF_8)).putInt(version).putLong(tensors).putLong(keys);
  }

  private static ByteBuffer key(String key, int type) {
    return start(3, 0, 1).putLong(key.length()).put(key.getBytes(UTF_8)).putInt(type);
  }

  private static ByteBuffer tensor(int type, long offset, long elements) {
    ByteBuffer out = start(3, 1, 0).putLong(1).put((byte) 't');
    return out.putInt(1).putLong(elements).putInt(type).putLong(offset);
  }

  private static void assertRefused(String message, byte[] bytes) {
    assertThatThrownBy(() -> header(bytes))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(message);
  }
}
