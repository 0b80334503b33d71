package org.radllama.train.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.BadInputException;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsWriter;

class PeftAdapterTest {
  private static final Configuration HADOOP = new Configuration();
  private static final LlamaConfig CONFIG =
      new LlamaConfig(
          11, 8, 12, 2, 4, 2, 2, 64, 1e-5, new LlamaConfig.Rope(1e4, null), false, 1, 2);
  private static final Adaptation.Lora LORA =
      new Adaptation.Lora(3, 16, 0.05, List.of("down_proj", "v_proj", "q_proj"), false);
  private static final ParameterLayout LAYOUT = LlamaWeights.layout(CONFIG, LORA);

  @TempDir java.nio.file.Path folder;
  private FileSystem fs;
  private Path dir;

  @BeforeEach
  void write() throws IOException {
    fs = FileSystem.getLocal(HADOOP);
    fs.setWriteChecksum(false);
    dir = new Path(folder.resolve("adapter").toUri());
    PeftAdapter.write(fs, dir, LORA, LAYOUT, LoraInitializer.values(LAYOUT, 5), "base");
  }

  @Test
  void whatIsWrittenIsReadBackAndIsWhatPeftNames() throws IOException {
    PeftAdapter read = PeftAdapter.load(HADOOP, dir.toString(), CONFIG);
    assertThat(read.values()).isEqualTo(LoraInitializer.values(LAYOUT, 5));
    assertThat(read.adaptation())
        .isEqualTo(
            new Adaptation.Lora(3, 16, 0.05, List.of("q_proj", "v_proj", "down_proj"), false));
    Map<String, String> shapes = new LinkedHashMap<>();
    byte[] bytes = Files.readAllBytes(folder.resolve("adapter/adapter_model.safetensors"));
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    JsonNode header = new ObjectMapper().readTree(bytes, 8, length);
    header
        .fields()
        .forEachRemaining(e -> shapes.put(e.getKey(), e.getValue().path("shape").toString()));
    assertThat(shapes)
        .hasSize(1 + 2 * 3 * 2)
        .containsEntry("base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", "[3,8]")
        .containsEntry("base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight", "[4,3]")
        .containsEntry("base_model.model.model.layers.1.mlp.down_proj.lora_A.weight", "[3,12]");
    String text = Files.readString(folder.resolve("adapter/adapter_config.json"));
    assertThat(text)
        .startsWith("{\n  \"alpha_pattern\" : { },\n")
        .contains("\"lora_alpha\" : 16,", "\"lora_dropout\" : 0.05", "\"r\" : 3");
    List<String> keys = new ArrayList<>();
    new ObjectMapper().readTree(text).fieldNames().forEachRemaining(keys::add);
    assertThat(keys).isSorted().hasSize(24);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
bias            | "all"                      | bias is "all", must be none
modules_to_save | ["lm_head"]                | modules_to_save is set to ["lm_head"]
use_dora        | true                       | use_dora is set to true
rank_pattern    | {"q_proj":4}               | rank_pattern is set to
alpha_pattern   | {"q_proj":4}               | alpha_pattern is set to
layers_to_transform | [0]                    | layers_to_transform is set to [0]
layer_replication | [[0,1]]                  | layer_replication is set to
fan_in_fan_out  | true                       | fan_in_fan_out is set to true
trainable_token_indices | [5]                | trainable_token_indices is set to [5]
of_next_year    | "x"                        | of_next_year is set to "x"
init_lora_weights | "pissa"                  | init_lora_weights is "pissa", must be
target_modules  | ".*q_proj"                 | target_modules is ".*q_proj", but there are factors of model.layers.0.mlp.down_proj
target_modules  | "(q_proj"                  | target_modules is "(q_proj", which is no pattern
target_modules  | ["self_attn.q_proj"]       | target_modules is ["self_attn.q_proj"], but there are factors of model.layers.0.mlp.down_proj
target_modules  | ["q_proj","lm_head"]       | target_modules is ["q_proj","lm_head"], but there are factors of
target_modules  | []                         | target_modules is [], must be a list of names
target_modules  | 7                          | target_modules is 7, must be a list of names
r               | 2147483647                 | LoRA of rank 2147483647 would train more than
r               | 2147483648                 | r is 2147483648, must be a whole number
peft_type       | "IA3"                      | peft_type is "IA3", must be LORA
task_type       | "SEQ_CLS"                  | task_type is "SEQ_CLS", must be CAUSAL_LM
r               | 0                          | r is 0, must be a whole number
lora_alpha      | "16"                       | lora_alpha is "16", must be a number
lora_dropout    | 1.0                        | lora_dropout is 1.0, must be in [0, 1)
r               | 4                          | lora_A.weight has the shape [3, 8], but for this base and rank it must be [4, 8]
target_modules  | ["q_proj","v_proj"]        | layers.0.mlp.down_proj.lora_A.weight belongs to no target module
target_modules  | ["q_proj","v_proj","down_proj","k_proj"] | layers.0.self_attn.k_proj.lora_A.weight is missing
""")
  void refusesWhatIsNotDoneHereByName(String key, String value, String reason) throws IOException {
    java.nio.file.Path file = folder.resolve("adapter/adapter_config.json");
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    config.set(key, new ObjectMapper().readTree(value));
    Files.writeString(file, config.toString());
    assertRefused(reason);
  }

  /** As PEFT names them; which there are, the weights say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
"all-linear"
".*(q_proj|v_proj|down_proj)"
"model\\\\.layers\\\\.[01]\\\\.(self_attn|mlp)\\\\.[qv]?(down)?_proj"
["self_attn.q_proj","v_proj","mlp.down_proj"]
["q_proj","v_proj","down_proj","score"]
""")
  void modulesMayBeGivenByPatternsAndParts(String given) throws IOException {
    java.nio.file.Path file = folder.resolve("adapter/adapter_config.json");
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    config.set("target_modules", new ObjectMapper().readTree(given));
    Files.writeString(file, config.toString());
    PeftAdapter read = PeftAdapter.load(HADOOP, dir.toString(), CONFIG);
    assertThat(read.adaptation().targets()).containsExactly("q_proj", "v_proj", "down_proj");
    assertThat(read.values()).isEqualTo(LoraInitializer.values(LAYOUT, 5));
    assertThat(PeftAdapter.readConfig(HADOOP, dir.toString())).isEqualTo(read.adaptation());
  }

  @Test
  void whatOtherVersionsOfPeftAddIsTaken() throws IOException {
    java.nio.file.Path file = folder.resolve("adapter/adapter_config.json");
    Files.writeString(
        file,
        """
        {"peft_type": "LORA", "r": 3, "lora_alpha": 16, "use_rslora": true,
         "target_modules": ["v_proj", "down_proj", "q_proj"], "peft_version": "0.18.0",
         "exclude_modules": null, "lora_bias": false, "qalora_group_size": 16, "eva_config": null}
        """);
    Adaptation.Lora lora = PeftAdapter.load(HADOOP, dir.toString(), CONFIG).adaptation();
    assertThat(lora.scale()).isEqualTo(16 / Math.sqrt(3));
    assertThat(lora.dropout()).isZero();
  }

  @Test
  void refusesPickledAndAbsentFiles() throws IOException {
    Files.delete(folder.resolve("adapter/adapter_model.safetensors"));
    assertRefused("adapter_model.safetensors is missing");
    Files.writeString(folder.resolve("adapter/adapter_model.bin"), "");
    assertRefused("pickled weights only");
    Files.writeString(folder.resolve("adapter/adapter_config.json"), "{");
    assertRefused("adapter_config.json is not JSON");
    Files.delete(folder.resolve("adapter/adapter_config.json"));
    assertRefused("adapter_config.json is missing");
  }

  @Test
  void refusesTensorsOfMoreLayersThanTheBaseHas() throws IOException {
    change(
        tensors ->
            tensors.add(
                FloatTensor.of(
                    LlamaWeights.loraFactor(2, "q_proj", "lora_A"),
                    List.of(3, 8),
                    new float[24],
                    0)));
    assertRefused("layers.2.self_attn.q_proj.lora_A.weight belongs to no target module");
  }

  @Test
  void initialValuesAreUniformAndDependOnNothingButSeedAndName() {
    LlamaConfig wide =
        new LlamaConfig(
            11, 400, 12, 1, 4, 2, 50, 64, 1e-5, new LlamaConfig.Rope(1e4, null), false, 1, 2);
    Adaptation.Lora both = new Adaptation.Lora(64, 1, 0, List.of("q_proj", "v_proj"), false);
    Adaptation.Lora one = new Adaptation.Lora(64, 1, 0, List.of("v_proj"), false);
    ParameterLayout layout = LlamaWeights.layout(wide, both);
    float[] values = LoraInitializer.values(layout, 9);
    float[] alone = LoraInitializer.values(LlamaWeights.layout(wide, one), 9);
    int n = 64 * 400;
    ParameterLayout.Slot v = layout.slots().get(2);
    for (int i = 0; i < n; i++) {
      assertThat(alone[i]).isEqualTo(values[v.offset() + i]);
    }
    assertThat(LoraInitializer.values(layout, 10)[0]).isNotEqualTo(values[0]);
    // Kolmogorov-Smirnov against U(-1/20, 1/20); 1.63 / sqrt(n) is the 1 % point.
    float[] sorted = Arrays.copyOf(values, n);
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < n; i++) {
      distance = Math.max(distance, Math.abs((sorted[i] + 0.05) / 0.1 - (i + 0.5) / n));
    }
    assertThat(distance).isLessThan(1.63 / Math.sqrt(n));
    assertThat(sorted[0]).isGreaterThan(-0.05f);
    assertThat(sorted[n - 1]).isLessThan(0.05f);
    ParameterLayout.Slot b = layout.slots().get(1);
    for (int i = 0; i < b.size(); i++) {
      assertThat(values[b.offset() + i]).isZero();
    }
  }

  @Test
  void infoIsReadBack() throws IOException {
    assertThat(AdapterInfo.read(fs, dir)).isEmpty();
    AdapterInfo info =
        new AdapterInfo(
            "impression",
            "alpaca",
            "",
            512,
            "cut",
            List.of("history"),
            new SimilarRule(3, SimilarRule.Show.IMPRESSION),
            "b",
            "1",
            "2",
            "run");
    info.write(fs, dir);
    assertThat(AdapterInfo.read(fs, dir)).isEqualTo(Optional.of(info));
    Files.writeString(folder.resolve("adapter/radllama.json"), "{\"max_length\": 3}");
    assertThatThrownBy(() -> AdapterInfo.read(fs, dir))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("objective is missing or not a text");
  }

  private void change(Consumer<List<FloatTensor>> change) throws IOException {
    List<FloatTensor> tensors =
        new ArrayList<>(FloatTensor.of(LAYOUT, new float[LAYOUT.parameterCount()]));
    change.accept(tensors);
    SafetensorsWriter.write(fs, new Path(dir, "adapter_model.safetensors"), tensors);
  }

  private void assertRefused(String reason) {
    assertThatThrownBy(() -> PeftAdapter.load(HADOOP, dir.toString(), CONFIG))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(reason);
  }
}
