package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.train.chat.AlpacaChatTemplate;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Precision;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.gguf.GgufFile;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.WholeTensors;

/** A base from random weights, then an adapter on it, through the jobs themselves. */
class TrainJobTest {
  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void makeBase() throws IOException {
    fixture = new TrainFixture(folder);
    fixture.train("base", TrainFixture.TINY, f -> f);
  }

  @AfterAll
  static void stop() {
    fixture.stop();
  }

  @Test
  void theBaseLearnsAndIsAHuggingFaceCheckpoint() throws IOException {
    List<JsonNode> metrics = fixture.metrics("base");
    assertThat(metrics).hasSize(78);
    double first = metrics.get(0).path("loss").asDouble();
    assertThat(first).isBetween(Math.log(400) - 0.3, Math.log(400) + 0.3);
    assertThat(metrics.get(77).path("loss").asDouble()).isLessThan(first - 2);
    assertThat(metrics.get(77).path("validation_loss").asDouble()).isLessThan(first - 2);
    try (HuggingFaceCheckpoint checkpoint =
        HuggingFaceCheckpoint.open(new Configuration(), fixture.base())) {
      assertThat(checkpoint.config().keyValueHeads()).isEqualTo(1);
      assertThat(checkpoint.config().vocabularySize()).isEqualTo(400);
    }
    assertThat(Files.readString(folder.resolve("base/training.html"))).contains("<polyline");
    JsonNode manifest = Json.mapper().readTree(folder.resolve("base/manifest.json").toFile());
    assertThat(manifest.path("counts").path("train").asInt()).isEqualTo(200);
    assertThat(manifest.path("outputs").has("model/model.safetensors")).isTrue();
  }

  /** The number of slots decides how micro-batches spread over tasks, and nothing else. */
  @Test
  void theAdapterIsTheSameBytesForOneSlotAndTwo() throws IOException {
    List<String> sets =
        List.of(
            "batch-size=20",
            "max-steps=4",
            "optimiser.learning-rate=1e-2",
            "seed=3",
            "export=merged",
            "shard-size=20 kB");
    fixture.adapt("two", sets);
    fixture.session("local[1]");
    fixture.adapt("one", sets);
    fixture.session("local[2]");
    assertThat(fixture.adapter("one")).isEqualTo(fixture.adapter("two"));
    assertThatTheMergedModelIsWhole();
    assertThatTheAdapterCanBeServed(folder.resolve("two/adapter"));

    LlamaConfig config =
        LlamaConfig.parse(Files.readString(Path.of(fixture.base(), "config.json")));
    String adapter = folder.resolve("two/adapter").toString();
    PeftAdapter read = PeftAdapter.load(new Configuration(), adapter, config);
    assertThat(read.adaptation().targets()).containsExactly("q_proj", "v_proj");
    assertThat(read.adaptation().dropout()).isEqualTo(0.05);
    org.apache.hadoop.fs.Path dir = new org.apache.hadoop.fs.Path(adapter);
    AdapterInfo info = AdapterInfo.read(dir.getFileSystem(new Configuration()), dir).orElseThrow();
    assertThat(info.datasetRunId()).isEqualTo("r");
    assertThat(info.maxLength()).isEqualTo(512);
  }

  @Test
  void saysHowManySlotsHaveNothingToDo() throws IOException {
    String idle = "there are 2 slots, but a step has only 1 micro-batch: the other slots stay idle";
    assertThat(said("idle", "batch-size=1", "max-steps=1")).contains(idle);
    assertThat(said("busy", "batch-size=20", "max-steps=1")).doesNotContain("idle");
  }

  private static String said(String runId, String... sets) throws IOException {
    PrintStream console = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      fixture.adapt(runId, List.of(sets));
    } finally {
      System.setErr(console);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  /** libtorch's kernels learn what the fused ones learn, and their bytes do not depend on slots. */
  @Test
  void libtorchTrainsAsTheFusedKernelsDo() throws IOException {
    List<String> fused =
        List.of("batch-size=20", "max-steps=4", "optimiser.learning-rate=1e-2", "seed=3");
    List<String> torch = new ArrayList<>(fused);
    torch.add("kernels=torch");
    fixture.adapt("fused", fused);
    fixture.adapt("torch-two", torch);
    fixture.session("local[1]");
    fixture.adapt("torch-one", torch);
    fixture.session("local[2]");
    assertThat(fixture.adapter("torch-one")).isEqualTo(fixture.adapter("torch-two"));
    List<JsonNode> seen = fixture.metrics("torch-one");
    List<JsonNode> expected = fixture.metrics("fused");
    assertThat(seen).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      double loss = expected.get(i).path("loss").asDouble();
      assertThat(seen.get(i).path("loss").asDouble()).isCloseTo(loss, within(1e-4));
    }
  }

  /** A file and a directory of the same weights are one base, and what comes of it is whole. */
  @Test
  void aGgufFileTrainsAsItsDirectoryDoes() throws IOException {
    Configuration hadoop = new Configuration();
    fixture.adapt("to-gguf", List.of("batch-size=20", "max-steps=1", "export=gguf"));
    String file = folder.resolve("to-gguf/model.gguf").toString();
    String directory = folder.resolve("from-gguf").toString();
    org.apache.hadoop.fs.Path source = new org.apache.hadoop.fs.Path(file);
    try (BaseModel base = BaseModel.open(hadoop, file)) {
      Adaptation.Lora lora = new Adaptation.Lora(1, 1, 0, List.of("q_proj"), false);
      float[] zeros = new float[LlamaWeights.layout(base.config(), lora).parameterCount()];
      CheckpointWriter.write(
          source.getFileSystem(hadoop),
          new org.apache.hadoop.fs.Path(directory),
          base.configJson(),
          new MergedWeights(base, lora, zeros).tensors(),
          source,
          Long.MAX_VALUE);
    }
    List<String> sets =
        List.of(
            "batch-size=20",
            "max-steps=2",
            "optimiser.learning-rate=1e-2",
            "base-precision=auto",
            "export=merged");
    fixture.train("on-file", sets, f -> onBase(f, file));
    fixture.train("on-directory", sets, f -> onBase(f, directory));
    assertThat(fixture.adapter("on-file")).isEqualTo(fixture.adapter("on-directory"));
    for (String name : List.of("model.safetensors", "config.json", "tokenizer.model")) {
      assertThat(folder.resolve("on-file/model").resolve(name))
          .hasSameBinaryContentAs(folder.resolve("on-directory/model").resolve(name));
    }
    org.apache.hadoop.fs.Path dir =
        new org.apache.hadoop.fs.Path(folder.resolve("on-file/adapter").toString());
    AdapterInfo info = AdapterInfo.read(dir.getFileSystem(hadoop), dir).orElseThrow();
    assertThat(info.baseSha256()).isEqualTo(Digests.sha256(Files.readAllBytes(Path.of(file))));
    assertThat(info.tokenizerSha256())
        .isEqualTo(
            Digests.sha256(Files.readAllBytes(folder.resolve("on-file/model/tokenizer.model"))));
    assertThat(Files.readString(folder.resolve("on-file/adapter/adapter_config.json")))
        .contains("\"base_model_name_or_path\" : null");
    fixture.train("to-gguf-again", List.of("max-steps=1", "export=gguf"), f -> onBase(f, file));
    try (BaseModel again =
        BaseModel.open(hadoop, folder.resolve("to-gguf-again/model.gguf").toString())) {
      assertThat(again.precision()).isEqualTo(Precision.FP16);
    }
  }

  private static TrainFlags onBase(TrainFlags flags, String base) {
    flags.baseModel = base;
    flags.set.add("tokenizer=\"\"");
    return flags;
  }

  private static void assertThatTheAdapterCanBeServed(Path adapter) throws IOException {
    assertThat(adapter.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(Path.of(fixture.base(), "tokenizer.json"));
    ObjectNode own =
        (ObjectNode) Json.mapper().readTree(adapter.resolve("tokenizer_config.json").toFile());
    assertThat(own.remove("chat_template").asText())
        .isEqualTo(Files.readString(adapter.resolve("chat_template.jinja")));
    assertThat(own)
        .isEqualTo(
            Json.mapper().readTree(Path.of(fixture.base(), "tokenizer_config.json").toFile()));
    assertThat(Files.readString(adapter.resolve("generation_config.json")))
        .isEqualTo(Files.readString(folder.resolve("two/model/generation_config.json")))
        .isEqualTo(
            "{\n  \"bos_token_id\" : 1,\n  \"eos_token_id\" : 2,\n  \"pad_token_id\" : 2\n}\n");
  }

  /** Of the base it keeps what is set there, but not what was never taught. */
  @Test
  void theEndTokenThatIsTaughtIsTheOneThatIsNamed() throws IOException {
    Path base = folder.resolve("end-base");
    Files.createDirectories(base);
    try (Stream<Path> files = Files.list(Path.of(fixture.base()))) {
      for (Path file : files.toList()) {
        Files.copy(file, base.resolve(file.getFileName()));
      }
    }
    ObjectNode config = (ObjectNode) Json.mapper().readTree(base.resolve("config.json").toFile());
    config.put("_name_or_path", "/home/somebody/tiny").putArray("eos_token_id").add(7).add(2);
    Files.writeString(base.resolve("config.json"), Json.text(config));
    Files.writeString(
        base.resolve("generation_config.json"),
        "{\"_from_model_config\": true, \"eos_token_id\": [7, 2], \"pad_token_id\": 5,"
            + " \"temperature\": 0.6}");
    List<String> sets = List.of("max-steps=1", "export=merged");
    fixture.train(
        "end",
        sets,
        f -> {
          f.baseModel = base.toString();
          return f;
        });
    fixture.train(
        "end-named",
        sets,
        f -> {
          f.baseModel = base.toString();
          f.baseModelId = "owner/tiny-chat";
          return f;
        });
    for (String name : List.of("adapter", "model")) {
      assertThat(json("end/" + name + "/generation_config.json"))
          .isEqualTo(
              Json.mapper()
                  .readTree(
                      "{\"bos_token_id\": 1, \"eos_token_id\": 2, \"pad_token_id\": 5,"
                          + " \"temperature\": 0.6}"));
    }
    assertThat(json("end/model/config.json")).isEqualTo(config.put("eos_token_id", 2));
    String key = "base_model_name_or_path";
    assertThat(json("end/adapter/adapter_config.json").path(key).isNull()).isTrue();
    assertThat(json("end-named/adapter/adapter_config.json").path(key).asText())
        .isEqualTo("owner/tiny-chat");
    assertThat(json("end-named/adapter/radllama.json").path("base_model").asText())
        .isEqualTo("owner/tiny-chat");
    config.put("_name_or_path", "owner/tiny");
    Files.writeString(base.resolve("config.json"), Json.text(config));
    fixture.train(
        "end-known",
        sets,
        f -> {
          f.baseModel = base.toString();
          return f;
        });
    assertThat(json("end-known/adapter/adapter_config.json").path(key).asText())
        .isEqualTo("owner/tiny");
  }

  private static JsonNode json(String file) throws IOException {
    return Json.mapper().readTree(folder.resolve(file).toFile());
  }

  private static void assertThatTheMergedModelIsWhole() throws IOException {
    Path model = folder.resolve("two/model");
    assertThat(Files.readString(model.resolve("config.json")))
        .isEqualTo(Files.readString(Path.of(fixture.base(), "config.json")));
    assertThat(model.resolve("tokenizer.json")).exists();
    String template = AlpacaChatTemplate.text("<s>", "</s>");
    assertThat(model.resolve("chat_template.jinja")).hasContent(template);
    assertThat(folder.resolve("two/adapter/chat_template.jinja")).hasContent(template);
    assertThat(
            Json.mapper()
                .readTree(model.resolve("tokenizer_config.json").toFile())
                .get("chat_template")
                .asText())
        .isEqualTo(template);
    assertThat(Files.readString(model.resolve("radllama.json")))
        .isEqualTo(Files.readString(folder.resolve("two/adapter/radllama.json")));
    try (Stream<Path> files = Files.list(model)) {
      List<Path> shards = files.filter(f -> f.toString().endsWith(".safetensors")).toList();
      assertThat(shards).hasSizeGreaterThan(2);
      for (Path shard : shards) {
        assertThat(folder.resolve("one/model").resolve(shard.getFileName()))
            .hasSameBinaryContentAs(shard);
      }
    }
    try (HuggingFaceCheckpoint merged =
            HuggingFaceCheckpoint.open(new Configuration(), model.toString());
        HuggingFaceCheckpoint base =
            HuggingFaceCheckpoint.open(new Configuration(), fixture.base())) {
      String q = LlamaWeights.projection(1, "q_proj");
      String k = LlamaWeights.projection(1, "k_proj");
      assertThat(WholeTensors.read(merged, k)).isEqualTo(WholeTensors.read(base, k));
      assertThat(WholeTensors.read(merged, q)).isNotEqualTo(WholeTensors.read(base, q));
    }
  }

  @Test
  void aGgufFileStandsBesideTheAdapterOrTheModel() throws IOException {
    List<String> sets = List.of("batch-size=20", "max-steps=1", "export=gguf");
    fixture.adapt("half", sets);
    List<String> eight = new ArrayList<>(sets);
    eight.add("gguf-type=q8_0");
    fixture.adapt("eight", eight);
    List<String> whole = new ArrayList<>(TrainFixture.TINY);
    whole.addAll(sets);
    fixture.train("whole", whole, f -> f);

    GgufFile half = GgufFile.read(folder.resolve("half/model.gguf"));
    assertThat(half.metadata())
        .containsEntry("general.name", "half")
        .containsEntry("tokenizer.chat_template", AlpacaChatTemplate.text("<s>", "</s>"))
        .containsEntry("general.file_type", 1L);
    assertThat(GgufFile.read(folder.resolve("eight/model.gguf")).metadata())
        .containsEntry("general.file_type", 7L);
    assertThat(folder.resolve("half/model")).doesNotExist();
    assertThat(folder.resolve("half/adapter")).exists();
    JsonNode manifest = Json.mapper().readTree(folder.resolve("half/manifest.json").toFile());
    assertThat(manifest.path("outputs").has("model.gguf")).isTrue();

    GgufFile full = GgufFile.read(folder.resolve("whole/model.gguf"));
    String v = "blk.1.attn_v.weight";
    try (HuggingFaceCheckpoint base =
            HuggingFaceCheckpoint.open(new Configuration(), fixture.base());
        HuggingFaceCheckpoint trained =
            HuggingFaceCheckpoint.open(
                new Configuration(), folder.resolve("whole/model").toString())) {
      String name = LlamaWeights.projection(1, "v_proj");
      assertThat(full.floats(v))
          .usingComparatorWithPrecision(1e-3f)
          .containsExactly(WholeTensors.read(trained, name));
      assertThat(half.floats(v))
          .usingComparatorWithPrecision(3e-2f)
          .containsExactly(WholeTensors.read(base, name));
    }
  }

  @Test
  void theBasesOwnChatTemplateIsLearntRecordedAndLeftAsItIs() throws IOException {
    List<String> sets = List.of("batch-size=20", "max-steps=1", "prompt.template=chat");
    assertThatThrownBy(() -> fixture.adapt("chat-none", sets))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("the prompt template is chat, but");
    Path file = folder.resolve("tokenizer/chat_template.jinja");
    String template =
        "{% for m in messages %}{{ m.role + ':\\n' + m.content + eos_token }}{% endfor %}"
            + "{% if add_generation_prompt %}{{ 'assistant:\\n' }}{% endif %}";
    Files.writeString(file, template);
    try {
      List<String> merged = new ArrayList<>(sets);
      merged.add("export=merged");
      fixture.adapt("chat", merged);
      List<String> gguf = new ArrayList<>(sets);
      gguf.add("export=gguf");
      fixture.adapt("chat-gguf", gguf);
    } finally {
      Files.delete(file);
    }
    JsonNode info = Json.mapper().readTree(folder.resolve("chat/adapter/radllama.json").toFile());
    assertThat(info.get("template").asText()).isEqualTo("chat");
    assertThat(info.get("template_sha256").asText()).hasSize(64);
    assertThat(folder.resolve("chat/model/chat_template.jinja")).hasContent(template);
    assertThat(folder.resolve("chat/adapter/chat_template.jinja")).hasContent(template);
    for (String name : List.of("adapter", "model")) {
      assertThat(folder.resolve("chat/" + name + "/tokenizer.json"))
          .hasSameBinaryContentAs(folder.resolve("tokenizer/tokenizer.json"));
    }
    assertThat(GgufFile.read(folder.resolve("chat-gguf/model.gguf")).metadata())
        .containsEntry("tokenizer.chat_template", template)
        .containsEntry("tokenizer.ggml.add_bos_token", false);
  }

  @Test
  void similarReportsStandInThePromptAndAreRecorded() throws IOException {
    List<String> sets = List.of("batch-size=20", "max-steps=2");
    fixture.adapt("alone", sets);
    List<String> similar = new ArrayList<>(sets);
    similar.addAll(List.of("prompt.similar.count=2", "prompt.similar.show=impression"));
    similar.add("export=gguf");
    fixture.adapt("similar", similar);
    JsonNode info =
        Json.mapper().readTree(folder.resolve("similar/adapter/radllama.json").toFile());
    assertThat(info.path("similar"))
        .isEqualTo(Json.mapper().readTree("{\"count\": 2, \"show\": \"impression\"}"));
    assertThat(info.path("truncation").asText())
        .isEqualTo("similar-reports-then-findings-end-then-output-end");
    assertThat(fixture.adapter("similar")).isNotEqualTo(fixture.adapter("alone"));
    JsonNode counts =
        Json.mapper().readTree(folder.resolve("similar/manifest.json").toFile()).path("counts");
    assertThat(counts.path("similar_reports_cut").asInt(-1))
        .isBetween(1, counts.path("train").asInt() / 2);
    assertThat(Files.readString(folder.resolve("similar/adapter/README.md")))
        .contains("Impression of a similar report: ITS IMPRESSION\nFindings: THE FINDINGS\n")
        .contains("the 2 most similar reports of the train split");
    assertThat(Files.readString(folder.resolve("similar/Modelfile")))
        .contains("### Input:\n{{ .Prompt }}\n")
        .contains("as the model card shows it");
    assertFails(
        ExitCode.USAGE,
        "prompt.similar.count is 2, but objective = report trains on texts without a prompt",
        List.of("prompt.similar.count=2", "objective=report"));
  }

  /** With --dry-run too. */
  @Test
  void aTokenizerThatGgufCannotExpressIsRefusedBeforeTraining() throws IOException {
    Path dir = Files.createDirectories(folder.resolve("unigram"));
    Files.writeString(
        dir.resolve("tokenizer.json"),
        "{\"model\": {\"type\": \"Unigram\", \"vocab\": [[\"<s>\", 0], [\"</s>\", 0]]}}");
    Files.writeString(
        dir.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}");
    for (boolean dry : new boolean[] {true, false}) {
      assertThatThrownBy(
              () ->
                  fixture.train(
                      "unigram-run",
                      List.of("method=full", "export=gguf"),
                      flags -> {
                        flags.set.add("tokenizer=\"" + dir + "\"");
                        flags.dryRun = dry;
                        return flags;
                      }))
          .isInstanceOf(BadSettingException.class)
          .hasMessageContaining("has a model of type Unigram, which GGUF cannot express");
    }
    assertThat(folder.resolve("unigram-run")).doesNotExist();
    assertThat(folder.resolve("_work/unigram-run")).doesNotExist();
  }

  @Test
  void goingOnFromAnAdapterBeginsWithItsLoss() throws IOException {
    fixture.adapt("first", List.of("batch-size=20", "optimiser.learning-rate=1e-2"));
    List<String> sets = List.of("batch-size=200", "max-steps=1", "lora.dropout=0.0");
    fixture.train(
        "more",
        sets,
        flags -> {
          flags.initAdapter = folder.resolve("first/adapter").toString();
          return fixture.onBase(flags);
        });
    fixture.adapt("fresh", sets);
    assertThat(fixture.metrics("more").get(0).path("loss").asDouble())
        .isLessThan(fixture.metrics("fresh").get(0).path("loss").asDouble() - 0.1);
  }

  /** With a rate that destroys what was learned, the best validation comes early and is kept. */
  @Test
  void theBestValidationIsExportedAndPatienceEnds() throws IOException {
    List<String> sets =
        List.of(
            "batch-size=20",
            "epochs=4",
            "optimiser.learning-rate=3.0",
            "optimiser.schedule=linear",
            "optimiser.warmup-steps=39",
            "validation.every=2",
            "validation.patience=3",
            "validation.select=best");
    fixture.adapt("best", sets);
    JsonNode training =
        Json.mapper().readTree(folder.resolve("best/manifest.json").toFile()).path("training");
    long exported = training.path("exported_step").asLong();
    assertThat(training.path("steps").asLong()).isEqualTo(exported + 6);
    double least = Double.POSITIVE_INFINITY;
    long leastStep = 0;
    for (JsonNode m : fixture.metrics("best")) {
      if (m.path("validation_loss").isNumber() && m.path("validation_loss").asDouble() < least) {
        least = m.path("validation_loss").asDouble();
        leastStep = m.path("step").asLong();
      }
    }
    assertThat(exported).isEqualTo(leastStep);
    assertThat(fixture.adapter("best"))
        .isEqualTo(
            Files.readAllBytes(
                folder.resolve(
                    String.format(
                        Locale.ROOT,
                        "best/checkpoints/step-%06d/adapter/adapter_model.safetensors",
                        exported))));
  }

  /** The trained base in fewer bits begins and learns as the base in floats does. */
  @Test
  void aReducedBaseTrainsTheSame() throws IOException {
    List<String> sets =
        List.of("batch-size=20", "max-steps=10", "optimiser.learning-rate=1e-2", "seed=4");
    fixture.adapt("f32", sets);
    Map<String, Double> tolerances = Map.of("bf16", 1e-3, "fp16", 1e-4, "int8", 3e-3);
    for (String precision : tolerances.keySet()) {
      fixture.train(
          precision,
          sets,
          flags -> {
            flags.basePrecision = precision;
            return fixture.onBase(flags);
          });
      List<JsonNode> seen = fixture.metrics(precision);
      List<JsonNode> expected = fixture.metrics("f32");
      for (int i = 0; i < expected.size(); i++) {
        double loss = expected.get(i).path("loss").asDouble();
        assertThat(seen.get(i).path("loss").asDouble())
            .isCloseTo(loss, within(loss * tolerances.get(precision)));
      }
      assertThat(seen.get(0).path("loss")).isNotEqualTo(expected.get(0).path("loss"));
      JsonNode manifest =
          Json.mapper().readTree(folder.resolve(precision + "/manifest.json").toFile());
      assertThat(manifest.findValue("base-precision").asText()).isEqualTo(precision);
    }
  }

  @Test
  void badSettingsAndDivergenceHaveTheirExitCodes() {
    assertFails(
        ExitCode.DIVERGED,
        "the last good checkpoint is step-000001",
        List.of(
            "optimiser.learning-rate=1e39", "optimiser.max-gradient-norm=0", "checkpoint.every=1"));
    assertFails(
        ExitCode.USAGE,
        "max-length is 2048, the model was made for at most 1024 positions",
        List.of("max-length=2048"));
    assertFails(
        ExitCode.USAGE, "engine must be one of [auto, dl4j], not warp", List.of("engine=warp"));
    assertFails(
        ExitCode.USAGE,
        "export is merged, but method = full has no adapter to merge",
        List.of("method=full", "export=merged"));
    assertFails(
        ExitCode.USAGE, "shard-size is 5 KB, must be a size like 5 GB", List.of("shard-size=5 KB"));
    assertFails(
        ExitCode.USAGE,
        "base-precision must be one of [auto, f32, bf16, fp16, int8], not int4",
        List.of("base-precision=int4"));
    assertFails(
        ExitCode.USAGE,
        "base-precision is int8, which kernels = ndarray does not support",
        List.of("base-precision=int8", "kernels=ndarray"));
    assertFails(
        ExitCode.USAGE,
        "base-precision is int8, which kernels = torch does not support",
        List.of("base-precision=int8", "kernels=torch"));
    assertFails(
        ExitCode.USAGE,
        "device is cuda, but kernels = fused computes on the CPU",
        List.of("device=cuda", "kernels=fused"));
    assertThatThrownBy(() -> fixture.adapt("failing", List.of("device=cuda")))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("device is cuda, but this build is for CPUs");
    assertFails(
        ExitCode.USAGE,
        "activations is bf16, but kernels = fused holds them as f32",
        List.of("activations=bf16", "kernels=fused"));
    assertFails(
        ExitCode.USAGE,
        "base-precision is bf16, but method = full trains every weight",
        List.of("base-precision=bf16", "method=full"));
    assertFails(
        ExitCode.USAGE,
        "gguf-type must be one of [f16, q8_0, bf16], not q4_0",
        List.of("export=gguf", "gguf-type=q4_0"));
    assertFails(ExitCode.USAGE, "validation.every is 0", List.of("validation.select=best"));
    assertThatThrownBy(() -> fixture.train("none", List.of(), f -> f))
        .hasMessageContaining("--base-model DIR or FILE.gguf is missing");
    assertThatThrownBy(() -> fixture.adapt("base", List.of("seed=5")))
        .hasMessageContaining(
            "was made from other inputs or settings (input base-model, setting batch-size");
  }

  private static void assertFails(ExitCode code, String message, List<String> sets) {
    assertThatThrownBy(() -> fixture.adapt("failing", sets))
        .satisfies(
            e -> {
              Throwable cause = e;
              while (!(cause instanceof JobFailure) && cause.getCause() != null) {
                cause = cause.getCause();
              }
              assertThat(cause).isInstanceOf(JobFailure.class).hasMessageContaining(message);
              assertThat(((JobFailure) cause).exitCode()).isEqualTo(code);
            });
  }
}
