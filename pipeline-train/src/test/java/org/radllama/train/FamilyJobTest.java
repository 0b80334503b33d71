package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.gguf.GgufFile;
import org.radllama.train.llama.Family;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.WholeTensors;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** A base of each other family, through the jobs: an adapter, a GGUF file and a whole model. */
class FamilyJobTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void makeTokenizer() throws IOException {
    fixture = new TrainFixture(folder);
  }

  @AfterAll
  static void stop() {
    fixture.stop();
  }

  private static LlamaConfig base(Family family, Path dir) throws IOException {
    try (LlamaTokenizer tokenizer =
        LlamaTokenizer.load(HADOOP, folder.resolve("tokenizer").toString())) {
      LlamaConfig.Sliding sliding =
          family == Family.MISTRAL ? new LlamaConfig.Sliding(40, List.of(0, 1)) : null;
      LlamaConfig config =
          new LlamaConfig(
              tokenizer.size(),
              32,
              64,
              2,
              4,
              2,
              10,
              1024,
              1e-6,
              new LlamaConfig.Rope(1e4, null),
              true,
              tokenizer.bos(),
              tokenizer.eos(),
              family,
              sliding);
      ParameterLayout layout = LlamaWeights.fullLayout(config);
      float[] values = RandomWeights.values(layout, 0.2, 5);
      CheckpointWriter.write(
          FileSystem.getLocal(HADOOP),
          new org.apache.hadoop.fs.Path(dir.toUri()),
          config.toJson(),
          FloatTensor.of(layout, values),
          new org.apache.hadoop.fs.Path(folder.resolve("tokenizer").toUri()),
          Long.MAX_VALUE);
      return config;
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "LLAMA")
  void adaptersAndModelsAreTheSameBytesForOneSlotAndTwo(Family family) throws IOException {
    String name = family.modelType();
    Path dir = folder.resolve(name);
    LlamaConfig config = base(family, dir);
    List<String> steps = List.of("batch-size=20", "micro-batch-tokens=400", "max-steps=3");
    List<String> lora = with(steps, "export=gguf", "lora.targets=[q_proj,k_proj,v_proj,o_proj]");
    List<String> full = with(steps, "method=full", "optimiser.learning-rate=1e-3");
    for (String slots : List.of("one", "two")) {
      fixture.session(slots.equals("one") ? "local[1]" : "local[2]");
      for (Map.Entry<String, List<String>> run : Map.of("lora", lora, "full", full).entrySet()) {
        String id = String.join("-", name, run.getKey(), slots);
        fixture.train(
            id,
            run.getValue(),
            flags -> {
              flags.baseModel = dir.toString();
              return flags;
            });
      }
    }
    for (String file :
        List.of("lora-%s/adapter/adapter_model.safetensors", "full-%s/model/model.safetensors")) {
      Path one = folder.resolve(name + "-" + file.replace("%s", "one"));
      assertThat(one)
          .hasSameBinaryContentAs(folder.resolve(name + "-" + file.replace("%s", "two")));
    }
    assertThat(GgufFile.read(folder.resolve(name + "-lora-one/model.gguf")).metadata())
        .containsEntry("general.architecture", family.ggufName());
    assertThatEverythingIsTrained(config, dir, folder.resolve(name + "-full-one/model"));
  }

  private static void assertThatEverythingIsTrained(LlamaConfig config, Path base, Path model)
      throws IOException {
    assertThat(LlamaConfig.parse(Files.readString(model.resolve("config.json")))).isEqualTo(config);
    try (HuggingFaceCheckpoint before = HuggingFaceCheckpoint.open(HADOOP, base.toString());
        HuggingFaceCheckpoint after = HuggingFaceCheckpoint.open(HADOOP, model.toString())) {
      for (String tensor : LlamaWeights.tensors(config).keySet()) {
        assertThat(WholeTensors.read(after, tensor))
            .as(tensor)
            .isNotEqualTo(WholeTensors.read(before, tensor));
      }
    }
  }

  private static List<String> with(List<String> sets, String... more) {
    return Stream.concat(sets.stream(), Stream.of(more)).toList();
  }
}
