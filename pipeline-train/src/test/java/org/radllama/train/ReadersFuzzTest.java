package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.fuzz.Fuzz;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.LoraInitializer;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsWriter;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.Vocabulary;

/**
 * Files of models from elsewhere with bytes changed at random: each is read, or refused by an
 * exception that names it, whatever it holds. {@code -Dradllama.fuzz.seconds=60} goes on for so
 * long with each reader; a failure names the seed that makes the file again.
 */
class ReadersFuzzTest {
  private static final Configuration HADOOP = new Configuration();
  private static final Fuzz FUZZ =
      new Fuzz(
          400,
          Set.of(BadInputException.class, BadSettingException.class),
          "",
          ReadersFuzzTest::changed);
  private static final LlamaConfig CONFIG =
      new LlamaConfig(
          11, 8, 12, 2, 4, 2, 2, 64, 1e-5, new LlamaConfig.Rope(1e4, null), false, 1, 2);

  @TempDir Path folder;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(HADOOP);
    fs.setWriteChecksum(false);
  }

  private interface Reader {
    void read() throws IOException;
  }

  /** Changes one file, so that what is beside it stays as it was. */
  private static void fuzz(Path file, Reader reader) throws IOException {
    Fuzz.Reader counted =
        () -> {
          reader.read();
          return 1;
        };
    assertThat(FUZZ.run(file, Files.readAllBytes(file), counted))
        .as("files that were read all the same")
        .isPositive();
  }

  private static byte[] changed(byte[] seedBytes, Random random) {
    byte[] bytes = seedBytes.clone();
    for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 8; i--) {
      // Heads are small, and decide more than numbers do.
      int reach = random.nextBoolean() ? Math.min(bytes.length, 600) : bytes.length;
      int at = random.nextInt(reach - 7);
      ByteBuffer here = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(7)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 ->
            here.putInt(at, List.of(0, -1, 1, Integer.MAX_VALUE, 1 << 20).get(random.nextInt(5)));
        case 3 -> here.putLong(at, List.of(-1L, 1L << 40, Long.MAX_VALUE).get(random.nextInt(3)));
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        case 5 -> {
          byte[] words = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
          System.arraycopy(words, 0, bytes, at, Math.min(words.length, bytes.length - at));
        }
        default -> {
          int from = random.nextInt(bytes.length - 7);
          System.arraycopy(bytes.clone(), from, bytes, at, 7);
        }
      }
    }
    return bytes;
  }

  private static final List<String> WORDS =
      List.of("null", "-1", "0", "1e999", "99999999999", "[[[", "{}", "\"\"", "true", "\\u0000");

  private Path resource(String name, String to) throws IOException {
    Path file = folder.resolve(to);
    Files.createDirectories(file.getParent());
    try (InputStream in = ReadersFuzzTest.class.getResourceAsStream(name)) {
      Files.copy(in, file);
    }
    return file;
  }

  private org.apache.hadoop.fs.Path at(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private void writeModel() throws IOException {
    Files.createDirectories(folder.resolve("model"));
    Files.writeString(folder.resolve("model/config.json"), CONFIG.toJson());
    var layout = LlamaWeights.fullLayout(CONFIG);
    SafetensorsWriter.write(
        fs,
        at("model/model.safetensors"),
        FloatTensor.of(layout, new float[layout.parameterCount()]));
  }

  private void readModel(String name) throws IOException {
    try (BaseModel base = BaseModel.open(HADOOP, folder.resolve(name).toString())) {
      base.read(LlamaWeights.FINAL_NORM, 0, new float[2], 0, 2);
    }
  }

  @Test
  void safetensors() throws IOException {
    writeModel();
    fuzz(folder.resolve("model/model.safetensors"), () -> readModel("model"));
  }

  @Test
  void configurations() throws IOException {
    writeModel();
    fuzz(folder.resolve("model/config.json"), () -> readModel("model"));
  }

  @Test
  void gguf() throws IOException {
    Path file = resource("gguf/model.gguf", "model.gguf");
    fuzz(
        file,
        () -> {
          readModel("model.gguf");
          try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, file.toString())) {
            tokenizer.encode("The heart is normal.");
          }
        });
  }

  @Test
  void adapters() throws IOException {
    Adaptation.Lora lora = new Adaptation.Lora(3, 16, 0, List.of("q_proj", "v_proj"), false);
    var layout = LlamaWeights.layout(CONFIG, lora);
    PeftAdapter.write(fs, at("adapter"), lora, layout, LoraInitializer.values(layout, 5), "base");
    String dir = folder.resolve("adapter").toString();
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      fuzz(folder.resolve("adapter").resolve(file), () -> PeftAdapter.load(HADOOP, dir, CONFIG));
    }
  }

  /** The native library reads it, too, after the guard: a panic there would end this JVM. */
  @Test
  void tokenizerJson() throws IOException {
    Path file = resource("chat/tokenizer/tokenizer.json", "tokenizer/tokenizer.json");
    resource("chat/tokenizer/tokenizer_config.json", "tokenizer/tokenizer_config.json");
    String dir = folder.resolve("tokenizer").toString();
    fuzz(
        file,
        () -> {
          try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, dir)) {
            tokenizer.decode(tokenizer.encode("The heart is normal. \u00e9\n\u65e5 </s>"));
          }
          Vocabulary.read(HADOOP, dir);
        });
  }

  @Test
  void tokenizerModel() throws IOException {
    Path file = resource("tokenizer/rules.model", "sentencepiece/tokenizer.model");
    String dir = folder.resolve("sentencepiece").toString();
    fuzz(
        file,
        () -> {
          try (LlamaTokenizer tokenizer = LlamaTokenizer.load(HADOOP, dir)) {
            tokenizer.decode(tokenizer.encode("The heart is normal. \u00e9\n\u65e5 </s>"));
          }
        });
  }
}
