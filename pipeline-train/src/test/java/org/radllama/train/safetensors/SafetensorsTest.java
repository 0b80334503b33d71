package org.radllama.train.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;

class SafetensorsTest {
  @TempDir java.nio.file.Path folder;
  private FileSystem fs;

  @BeforeEach
  void openFileSystem() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
  }

  @Test
  void readsBytesLaidByHand() throws IOException {
    String header =
        """
        {"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2],"data_offsets":[8,12]},\
        "f":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},\
        "h":{"dtype":"F16","shape":[3],"data_offsets":[12,18]},\
        "i":{"dtype":"I64","shape":[],"data_offsets":[18,26]},\
        "none":{"dtype":"F32","shape":[0,7],"data_offsets":[26,26]}}  \
        """;
    byte[] data =
        HexFormat.of()
            .parseHex(
                "0000803f" + "000020c1" + "c03f" + "80ff" + "003c00c0ff7b" + "2a00000000000000");
    try (SafetensorsFile file = SafetensorsFile.open(fs, write(header, data))) {
      assertThat(file.names()).containsExactly("f", "b", "h", "i", "none");
      assertThat(file.tensor("f").shape()).containsExactly(1L, 2L);
      assertThat(WholeTensors.read(file, "f")).containsExactly(1f, -10f);
      assertThat(WholeTensors.read(file, "b")).containsExactly(1.5f, Float.NEGATIVE_INFINITY);
      assertThat(WholeTensors.read(file, "h")).containsExactly(1f, -2f, 65504f);
      assertThat(WholeTensors.read(file, "none")).isEmpty();
      assertThatThrownBy(() -> WholeTensors.read(file, "i"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("tensor i: its dtype is I64, readable are F32, F16 and BF16");
      assertThatThrownBy(() -> WholeTensors.read(file, "gone"))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("tensor gone: there is no such tensor");
      assertThatThrownBy(() -> file.read("h", 2, new float[2], 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** Every half against the definition: (-1)^s 2^(e-15) (1 + f/1024), or 2^-14 f/1024 at e = 0. */
  @Test
  void everyHalfIsWhatItsDefinitionSays() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double size =
          exponent == 0 ? Math.pow(2, -14) * fraction : Math.pow(2, exponent - 15) * (1 + fraction);
      if (exponent == 31) {
        size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      double expected = bits >= 1 << 15 ? -size : size;
      assertThat(Double.valueOf(FloatDecoder.half((short) bits)))
          .isEqualTo(Double.valueOf(expected));
    }
  }

  @Test
  void whatIsWrittenIsReadInSlicesAndTheBytesNeverChange() throws IOException {
    int length = 300_001;
    float[] values = new float[length + 12];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    FloatTensor big = FloatTensor.of("z.big", List.of(length), values, 0);
    FloatTensor small = FloatTensor.of("a.small", List.of(3, 4), values, length);
    Path one = path("one.safetensors");
    Path two = path("two.safetensors");
    SafetensorsWriter.write(fs, one, List.of(big, small));
    SafetensorsWriter.write(fs, two, List.of(small, big));
    byte[] bytes = Files.readAllBytes(folder.resolve("one.safetensors"));
    assertThat(bytes).isEqualTo(Files.readAllBytes(folder.resolve("two.safetensors")));
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a.small\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]},"
            + "\"z.big\":{\"dtype\":\"F32\",\"shape\":[300001],\"data_offsets\":[48,1200052]}}";
    long padded = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(padded % 8).isZero();
    assertThat(new String(bytes, 8, (int) padded, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(header);
    assertThat(bytes).hasSize((int) (8 + padded + 4L * values.length));

    try (SafetensorsFile file = SafetensorsFile.open(fs, one)) {
      assertThat(WholeTensors.read(file, "z.big")).isEqualTo(Arrays.copyOf(values, length));
      float[] slice = new float[5];
      file.read("z.big", 262_142, slice, 1, 4);
      assertThat(slice)
          .containsExactly(0f, values[262_142], values[262_143], values[262_144], values[262_145]);
    }
    assertThatThrownBy(() -> SafetensorsWriter.write(fs, one, List.of(small, small)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two tensors have the name a.small");
  }

  /** Headers that lie, over eight bytes of data unless said otherwise. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
[{}]                                                                  | begin with {
` {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`             | begin with {
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}                 | not valid JSON
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}x               | not valid JSON
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}              | data after the JSON object
{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | key twice
{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}  | key twice
{"a":7}                                                               | tensor a: its entry is not an object
{"a":{"dtype":"F32","shape":[2]}}                                     | tensor a: it must have dtype, shape and two data_offsets
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}              | two data_offsets
{"a":{"dtype":"F31","shape":[2],"data_offsets":[0,8]}}                | tensor a: its dtype is unknown: F31
{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}                  | shape is not a list
{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}              | shape must hold whole numbers
{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}               | shape must hold whole numbers
{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}              | shape must hold whole numbers
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}} | data_offsets must hold whole numbers
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}} | tensor a: it ends at byte 9223372036854775807 of 8
{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | more than 2^63-1 elements
{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,8]}} | more than 2^63-1 elements
{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}                | takes 12 bytes, its offsets span 8
{"a":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}}                | cover 6 bytes, but 8 follow
{}                                                                    | cover 0 bytes, but 8 follow
{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}                | must begin at 0
{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}                | must begin at 0
{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}} | tensor b: its bytes are [4, 8), must begin at 8
{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[5],"data_offsets":[3,8]}} | tensor b: its bytes are [3, 8), must begin at 1
{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}               | tensor a: it ends at byte 12 of 8
{"__metadata__":{"a":1}}                                              | not a string
{"__metadata__":[]}                                                   | not an object
""")
  void refusesWhatTheReferenceRefuses(String header, String reason) throws IOException {
    assertRefused(write(header, new byte[8]), reason);
  }

  @Test
  void refusesHeadersThatAreNoUtf8OrTooLong() throws IOException {
    byte[] header = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
    header[2] = (byte) 0xff;
    assertRefused(raw(header.length, header), "not UTF-8");
    assertRefused(raw(0, new byte[0]), "begin with {");
    assertRefused(raw(100_000_001, new byte[64]), "100000001 bytes, at most 100000000");
    assertRefused(raw(-1, new byte[64]), "18446744073709551615 bytes, at most");
    assertRefused(raw(65, new byte[64]), "65 bytes, the file has 72");
    Files.write(folder.resolve("short"), new byte[7]);
    assertRefused(path("short"), "7 bytes, fewer than its length field");
    String deep = "{\"a\":" + "[".repeat(100_000);
    assertRefused(write(deep, new byte[0]), "tensor a: its entry is not an object");
    String deeper = "{\"a\":{\"x\":" + "[".repeat(100_000);
    assertRefused(write(deeper, new byte[0]), "not valid JSON");
  }

  /** Whatever bytes are flipped: a sound answer or a failure with exit 3, never another one. */
  @Test
  void flippedBytesNeverEscapeAsAnotherError() throws IOException {
    Path path = path("good.safetensors");
    SafetensorsWriter.write(
        fs,
        path,
        List.of(
            FloatTensor.of("a", List.of(2, 2), new float[4], 0),
            FloatTensor.of("b", List.of(3), new float[3], 0)));
    byte[] good = Files.readAllBytes(folder.resolve("good.safetensors"));
    Random random = new Random(2);
    for (int round = 0; round < 1500; round++) {
      byte[] damaged = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(good.length - 28)] = (byte) random.nextInt(256);
      }
      Files.write(folder.resolve("damaged"), damaged);
      try (SafetensorsFile file = SafetensorsFile.open(fs, path("damaged"))) {
        for (String name : file.names()) {
          WholeTensors.read(file, name);
        }
      } catch (BadInputException e) {
        assertThat(e).hasMessageContaining("damaged");
      }
    }
  }

  private void assertRefused(Path path, String reason) {
    assertThatThrownBy(() -> SafetensorsFile.open(fs, path))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(path.toUri().getPath())
        .hasMessageContaining(reason);
  }

  private Path path(String name) {
    return new Path(folder.resolve(name).toUri());
  }

  private Path write(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(json, json.length + data.length);
    System.arraycopy(data, 0, all, json.length, data.length);
    return raw(json.length, all);
  }

  private Path raw(long length, byte[] rest) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + rest.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(folder.resolve("file"), bytes.putLong(length).put(rest).array());
    return path("file");
  }
}
