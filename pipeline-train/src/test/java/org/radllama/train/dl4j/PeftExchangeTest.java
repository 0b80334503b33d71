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
import java.util.Optional;
import java.util.TreeMap;
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
import org.radllama.train.export.GgufExport;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.Vocabulary;

/**
 * Our half of an exchange with transformers and PEFT, whose half is src/test/scripts/peft_check.py:
 * directories {@code NAME/{base,adapter}} with {@code logits.json} beside them. Without that other
 * half, what is written here is read back here. With it, {@code gguf/NAME} is written too, for
 * gguf_check.py: each of their models as one GGUF file, with the texts that our engine makes of it.
 */
class PeftExchangeTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String EXCHANGE = "radllama.peft";

  @TempDir Path folder;

  @Test
  void whatIsWrittenGivesTheLogitsWrittenBesideIt() throws IOException {
    List<Path> ours = writeOurs(folder);
    assertThat(ours).hasSize(5);
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
        writeGguf(model, exchange.resolve("gguf").resolve(model.getFileName()));
      }
    }
  }

  private static void writeGguf(Path model, Path into) throws IOException {
    String dir = model.resolve("base").toString();
    try (HuggingFaceCheckpoint base = HuggingFaceCheckpoint.open(HADOOP, dir)) {
      LlamaConfig config = base.config();
      PeftAdapter adapter = PeftAdapter.load(HADOOP, model.resolve("adapter").toString(), config);
      List<FloatTensor> merged =
          new MergedWeights(base, adapter.adaptation(), adapter.values()).tensors();
      Files.createDirectories(into);
      new GgufExport(into.getFileName().toString(), config, vocabulary(config), GgufType.F32)
          .write(FileSystem.getLocal(HADOOP), path(into, "model.gguf"), merged);
      try (Dl4jEngine engine = engine(dir, config, adapter)) {
        List<int[]> prompts = List.of(new int[] {1, 5, 9, 44, 3}, new int[] {7, 23});
        ObjectNode texts = Json.mapper().createObjectNode();
        prompts.forEach(texts.withArray("prompts")::addPOJO);
        // Together at most 17 tokens: fewer than any window.
        EngineCalls.generate(engine, prompts, adapter.values(), 12, -1)
            .forEach(texts.withArray("greedy")::addPOJO);
        Files.writeString(into.resolve("texts.json"), texts.toString());
      }
    }
  }

  /** Tokens of which only the ids matter. */
  private static Vocabulary vocabulary(LlamaConfig config) {
    TreeMap<Integer, Vocabulary.Token> tokens = new TreeMap<>();
    for (int id = 0; id < config.vocabularySize(); id++) {
      Vocabulary.Type type =
          id == 0
              ? Vocabulary.Type.UNKNOWN
              : id < 3 ? Vocabulary.Type.CONTROL : Vocabulary.Type.NORMAL;
      tokens.put(id, new Vocabulary.Token("t" + id, -id, type));
    }
    return new Vocabulary(
        Vocabulary.Rule.PIECES, tokens, List.of(), false, Optional.of(0), config.bos(), 2);
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
    ObjectNode all = Json.mapper().createObjectNode();
    texts.forEach(all.withArray("texts")::addPOJO);
    try (Dl4jEngine engine = engine(dir, config, adapter)) {
      // A zero adapter is the base alone.
      float[] none = new float[adapter.values().length];
      for (int[] text : texts) {
        add(all.withArray("base"), engine, none, text);
        add(all.withArray("adapted"), engine, adapter.values(), text);
      }
    }
    return all;
  }

  private static Dl4jEngine engine(String base, LlamaConfig config, PeftAdapter adapter) {
    EngineSpec spec =
        new EngineSpec(
            TestSettings.floats(KernelKind.AUTO, Recompute.OFF),
            base,
            Precision.F32,
            config.toJson(),
            adapter.adaptation(),
            1);
    return (Dl4jEngine) new Dl4jEngineProvider().open(spec, HADOOP);
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
