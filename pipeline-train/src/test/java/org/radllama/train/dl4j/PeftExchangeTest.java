package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.Json;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.FloatTensor;

/**
 * Our half of an exchange with transformers and PEFT, whose half is src/test/scripts/peft_check.py:
 * directories {@code NAME/{base,adapter}} with {@code logits.json} beside them. Without that other
 * half, what is written here is read back here.
 */
class PeftExchangeTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String EXCHANGE = "radllama.peft";

  @TempDir Path folder;

  @Test
  void whatIsWrittenGivesTheLogitsWrittenBesideIt() throws IOException {
    List<Path> ours = writeOurs(folder);
    assertThat(ours).hasSize(2);
    for (Path model : ours) {
      assertLogits(model);
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = EXCHANGE,
      matches = ".+",
      disabledReason = "-Dradllama.peft=DIR names the folder of peft_check.py")
  void exchangeWithPeft() throws IOException {
    Path exchange = Path.of(System.getProperty(EXCHANGE));
    writeOurs(exchange.resolve("ours"));
    try (Stream<Path> theirs = Files.list(exchange.resolve("theirs"))) {
      List<Path> models = theirs.sorted().toList();
      assertThat(models).isNotEmpty();
      for (Path model : models) {
        assertLogits(model);
      }
    }
  }

  private static List<Path> writeOurs(Path into) throws IOException {
    FileSystem fs = FileSystem.getLocal(HADOOP);
    List<Path> written = new ArrayList<>();
    for (Reference r : Reference.all()) {
      if (r.adaptation() instanceof Adaptation.Lora lora) {
        Path model = Files.createDirectories(into.resolve(r.name()));
        ParameterLayout full = LlamaWeights.fullLayout(r.config());
        float[] weights = Reference.values(full, 0, 0.2);
        CheckpointWriter.write(
            fs,
            path(model, "base"),
            r.config().toJson(),
            FloatTensor.of(full, weights),
            path(into, "no-tokenizer"),
            Long.MAX_VALUE);
        ParameterLayout factors = LlamaWeights.layout(r.config(), lora);
        PeftAdapter.write(fs, path(model, "adapter"), lora, factors, r.trainable(), "base");
        List<int[]> texts = r.examples().stream().map(EncodedExample::tokens).toList();
        ObjectNode logits = logits(model, texts);
        Json.write(fs, path(model, "logits.json"), logits);
        written.add(model);
      }
    }
    return written;
  }

  private static org.apache.hadoop.fs.Path path(Path dir, String child) {
    return new org.apache.hadoop.fs.Path(dir.resolve(child).toUri());
  }

  private static void assertLogits(Path model) throws IOException {
    JsonNode expected = Json.mapper().readTree(model.resolve("logits.json").toFile());
    List<int[]> texts = new ArrayList<>();
    expected.get("texts").forEach(t -> texts.add(Json.mapper().convertValue(t, int[].class)));
    ObjectNode seen = logits(model, texts);
    for (String which : List.of("base", "adapted")) {
      assertThat(relativeError(seen.get(which), expected.get(which)))
          .as("%s %s", model.getFileName(), which)
          .isLessThan(1e-5);
    }
    assertThat(relativeError(expected.get("base"), expected.get("adapted"))).isGreaterThan(1e-3);
  }

  /** Logits behind each text's last token, of the directory's base alone and with its adapter. */
  private static ObjectNode logits(Path model, List<int[]> texts) throws IOException {
    String dir = model.resolve("base").toString();
    LlamaConfig config;
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(HADOOP, dir)) {
      config = checkpoint.config();
    }
    PeftAdapter adapter = PeftAdapter.load(HADOOP, model.resolve("adapter").toString(), config);
    EngineSpec spec =
        new EngineSpec(
            TestSettings.floats(KernelKind.AUTO, Recompute.OFF),
            dir,
            Precision.F32,
            config.toJson(),
            adapter.adaptation(),
            1);
    ObjectNode all = Json.mapper().createObjectNode();
    texts.forEach(all.withArray("texts")::addPOJO);
    try (Dl4jEngine engine = (Dl4jEngine) new Dl4jEngineProvider().open(spec, HADOOP)) {
      // A zero adapter is the base alone.
      float[] none = new float[adapter.values().length];
      for (int[] text : texts) {
        add(all.withArray("base"), engine, none, text);
        add(all.withArray("adapted"), engine, adapter.values(), text);
      }
    }
    return all;
  }

  private static void add(ArrayNode to, Dl4jEngine engine, float[] trainable, int[] text) {
    // One more token, whose prediction is asked for and which changes nothing before it.
    int[] longer = Arrays.copyOf(text, text.length + 1);
    MicroBatch one = new MicroBatch(List.of(new EncodedExample(0, longer, text.length)));
    ArrayNode row = to.addArray();
    for (float logit : EngineCalls.logits(engine, one, trainable, new int[] {text.length - 1})) {
      row.add(logit);
    }
  }

  private static double relativeError(JsonNode seen, JsonNode expected) {
    assertThat(seen).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < seen.size(); i++) {
      assertThat(seen.get(i)).hasSameSizeAs(expected.get(i));
      for (int j = 0; j < seen.get(i).size(); j++) {
        double wanted = expected.get(i).get(j).asDouble();
        difference += Math.pow(seen.get(i).get(j).asDouble() - wanted, 2);
        norm += wanted * wanted;
      }
    }
    return Math.sqrt(difference / norm);
  }
}
