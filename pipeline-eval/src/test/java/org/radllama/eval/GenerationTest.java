package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.Split;
import org.radllama.eval.consensus.Consensus;
import org.radllama.eval.consensus.MbrCandidate;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.Generation;
import org.radllama.eval.predict.KeptTexts;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;
import org.radllama.train.chat.ChatTemplate;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.encode.AlpacaPrompt;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.PromptFormats;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.export.GgufExport;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.Vocabulary;

class GenerationTest {
  private static final int NEW_TOKENS = 12;
  private static final EngineSettings SETTINGS =
      new EngineSettings(
          EngineSettings.EngineKind.AUTO,
          EngineSettings.KernelKind.AUTO,
          EngineSettings.DeviceKind.AUTO,
          EngineSettings.Activations.AUTO,
          EngineSettings.MatmulPrecision.F32,
          EngineSettings.BasePrecision.AUTO,
          Recompute.AUTO);
  private static SparkSession spark;
  @TempDir static Path dir;
  private static final Map<String, Double> HOLDING = new HashMap<>();
  private static Path dataset;
  private static List<InstructionExample> train;
  private static List<InstructionExample> test;
  private static TinyModel model;
  private static Path adapter;

  @BeforeAll
  static void start() throws IOException {
    spark = TestJobs.spark();
    train = HandMadeDataset.examples("r", 60, 2);
    train.forEach(e -> grams(e).forEach(gram -> HOLDING.merge(gram, 1.0, Double::sum)));
    test = HandMadeDataset.examples("t", 21, 1);
    dataset = HandMadeDataset.write(dir.resolve("dataset"), train, test);
    model = TinyModel.write(dir.resolve("tiny"), train);
    adapter = model.adapter(dir.resolve("adapter"), "alpaca");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void writesWhatTheEngineContinuesOnePromptAtATime() throws Exception {
    Path out = run("generated", adapter);
    Map<String, String> base = predictions(out, "base");
    Map<String, String> tuned = predictions(out, "tuned");
    Decoding.Strategy greedy = new Decoding.Greedy();
    assertThat(base).hasSize(21).isEqualTo(expected(new float[0], greedy));
    float[] values =
        PeftAdapter.load(new Configuration(), adapter.toString(), model.config()).values();
    assertThat(tuned).isEqualTo(expected(values, greedy)).isNotEqualTo(base);
    JsonNode generated =
        Json.mapper().readTree(out.resolve("manifest.json").toFile()).at("/counts/generated/tuned");
    assertThat(generated.get("prompts").asInt()).isEqualTo(21);
    assertThat(generated.get("prompts_shortened").asInt()).isZero();
    String page = Files.readString(out.resolve("report.html"));
    assertThat(page)
        .contains("another-run", "layers, hidden size", "LoRA r ")
        .doesNotContain(HandMadeDataset.CANARY);
  }

  /** Under each strategy, whatever the batches; reports are continued alone to compare. */
  @Test
  void drawsAndSearchesAsTheEngineDoesForEachReportAlone() throws Exception {
    float[] values =
        PeftAdapter.load(new Configuration(), adapter.toString(), model.config()).values();
    Map<String, String> beams =
        expected(values, new Decoding.Beams(3, 0.5, Decoding.EarlyStopping.NEVER));
    Map<String, String> drawn = expected(values, new Decoding.Sampling(0.7, 40, 0.9, 5));
    assertThat(beams).isNotEqualTo(drawn).isNotEqualTo(expected(values, new Decoding.Greedy()));
    for (int batch : new int[] {1, 8}) {
      Object[] size = {"--set", "generate.batch-size=" + batch, "--set", "generate.base=false"};
      Path out =
          run(
              "beams-" + batch,
              adapter,
              with(size, "strategy=beam", "beams=3", "length-penalty=0.5", "early-stopping=never"));
      assertThat(predictions(out, "tuned")).isEqualTo(beams);
      assertThat(
              Json.mapper()
                  .readTree(out.resolve("metrics.json").toFile())
                  .get("signature")
                  .asText())
          .endsWith(
              "|generate:beam,beams=3,length-penalty=0.5,early-stopping=never,max-new-tokens=12");
      out =
          run(
              "drawn-" + batch,
              adapter,
              with(size, "strategy=sample", "temperature=0.7", "top-k=40", "top-p=0.9", "seed=5"));
      assertThat(predictions(out, "tuned")).isEqualTo(drawn);
    }
  }

  /**
   * Under strategy consensus: samples drawn by the engine for each report alone, neighbours found
   * by brute force, whatever the batches; two adapters' samples together in the pool.
   */
  @Test
  void choosesAmongSamplesAndNeighbours() throws Exception {
    Path other = model.adapter(dir.resolve("second"), "alpaca", 11);
    Decoding.Strategy strategy = new Decoding.Samples(new Decoding.Sampling(0.7, 0, 0.9, 5), 6);
    Map<String, List<String>> first = texts(Precision.F32, values(adapter), strategy);
    Map<String, List<String>> second = texts(Precision.F32, values(other), strategy);
    Map<String, String> expected = new HashMap<>();
    Map<String, String> pooled = new HashMap<>();
    first.forEach(
        (id, texts) -> {
          expected.put(id, consensus(test, id, texts, 0.1));
          List<String> both = Stream.concat(second.get(id).stream(), texts.stream()).toList();
          pooled.put(id, consensus(test, id, both, 0.1));
        });
    for (int batch : new int[] {1, 8}) {
      Object[] args = {
        "--set", "generate.batch-size=" + batch, "--set", "generate.base=false",
        "--set", "neighbours.count=4", "--set", "neighbours.sharpness=3",
        "--adapter", "second=" + other, "--baselines", "neighbours"
      };
      Path out =
          run(
              "consensus-" + batch,
              adapter,
              with(
                  args,
                  "strategy=consensus",
                  "samples=6",
                  "temperature=0.7",
                  "top-p=0.9",
                  "seed=5",
                  "neighbour-weight=0.1",
                  "pool=both"));
      assertThat(predictions(out, "tuned")).isEqualTo(expected);
      assertThat(predictions(out, "both")).isEqualTo(pooled).isNotEqualTo(expected);
      assertThat(predictions(out, "neighbours"))
          .isNotEqualTo(expected)
          .allSatisfy((id, text) -> assertThat(text).isEqualTo(consensus(test, id, List.of(), 1)));
      JsonNode written = Json.mapper().readTree(out.resolve("metrics.json").toFile());
      assertThat(written.get("signature").asText())
          .endsWith(
              "|generate:consensus,samples=6,temperature=0.7,top-k=0,top-p=0.9,seed=5,"
                  + "neighbour-weight=0.1,neighbours=4,sharpness=3.0,max-new-tokens=12");
    }
  }

  @Test
  void noReportIsItsOwnNeighbour() throws Exception {
    Object[] args = {
      "--split",
      "train",
      "--baselines",
      "neighbours,nearest",
      "--dataset",
      dataset,
      "--set",
      "neighbours.count=4",
      "--set",
      "neighbours.sharpness=3"
    };
    Path out =
        Path.of(TestJobs.eval(spark, dir.resolve("out"), "own", args).directory().orElseThrow());
    assertThat(predictions(out, "neighbours"))
        .hasSize(60)
        .allSatisfy((id, text) -> assertThat(text).isEqualTo(consensus(train, id, List.of(), 1)));
  }

  /**
   * Candidates of the four most similar other train reports, exp(3 * similarity) each, and samples.
   */
  private static String consensus(
      List<InstructionExample> split, String id, List<String> samples, double weight) {
    InstructionExample report =
        split.stream().filter(e -> e.id().equals(id)).findFirst().orElseThrow();
    List<InstructionExample> near =
        train.stream()
            .filter(e -> !e.id().equals(id))
            .sorted(Comparator.comparingDouble(e -> -similarity(e, report)))
            .limit(4)
            .toList();
    double[] kernel = near.stream().mapToDouble(e -> Math.exp(3 * similarity(e, report))).toArray();
    double total = Arrays.stream(kernel).sum();
    List<MbrCandidate> support = new ArrayList<>();
    for (int i = 0; i < kernel.length; i++) {
      support.add(new MbrCandidate(near.get(i).impression(), kernel[i] / total * weight));
    }
    samples.forEach(text -> support.add(new MbrCandidate(text, (1 - weight) / samples.size())));
    return new Consensus().of(support);
  }

  private static double similarity(InstructionExample a, InstructionExample b) {
    Set<String> either = grams(a);
    either.addAll(grams(b));
    double total = 0;
    double both = 0;
    for (String gram : either) {
      double weight = Math.pow(Math.log(1 + train.size() / HOLDING.getOrDefault(gram, 1.0)), 2);
      total += weight;
      both += grams(a).contains(gram) && grams(b).contains(gram) ? weight : 0;
    }
    return both / total;
  }

  private static Set<String> grams(InstructionExample example) {
    String[] words = NormalizedFindings.of(example.findings()).split(" ");
    Set<String> grams = new HashSet<>(List.of(words[0]));
    for (int i = 1; i < words.length; i++) {
      grams.add(words[i]);
      grams.add(words[i - 1] + " " + words[i]);
    }
    return grams;
  }

  private static float[] values(Path of) throws IOException {
    return PeftAdapter.load(new Configuration(), of.toString(), model.config()).values();
  }

  private static Object[] with(Object[] args, String... settings) {
    List<Object> all = new ArrayList<>(List.of(args));
    for (String setting : settings) {
      all.add("--set");
      all.add("generate." + setting);
    }
    return all.toArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strategy=beams | generate.strategy must be one of [greedy, sample, beam, consensus], not beams",
        "beams=8 | generate.beams is 8, but generate.strategy = greedy does not use it: only beam does",
        "strategy=beam temperature=0.5 | generate.temperature is 0.5, but generate.strategy = beam does not use it: only sample and consensus do",
        "strategy=beam beams=1 | beams must be at least 2, not 1 (one beam is greedy)",
        "strategy=beam early-stopping=maybe | early-stopping must be true, false or never, not maybe",
        "strategy=sample temperature=0 | temperature must be above 0, not 0.0 (strategy greedy is its limit at 0)",
        "strategy=sample top-p=1.2 | top-p must be above 0 and at most 1, not 1.2",
        "samples=8 | generate.samples is 8, but generate.strategy = greedy does not use it: only consensus does",
        "strategy=consensus beams=8 | generate.beams is 8, but generate.strategy = consensus does not use it: only beam does",
        "strategy=consensus samples=0 | samples must be at least 1, not 0",
        "strategy=consensus neighbour-weight=1.5 | generate.neighbour-weight is 1.5, must be at least 0 and at most 1",
        "strategy=consensus pool=all | generate.pool is all, but 1 adapters are given: there must be two or more to pool",
        "strategy=sample early-stopping=true | generate.early-stopping is true, but generate.strategy = sample does not use it: only beam does",
      })
  void settingsThatDoNotGoTogetherAreRefused(String settings, String message) {
    assertThatThrownBy(() -> run("refused", adapter, with(new Object[0], settings.split(" "))))
        .isInstanceOf(JobFailure.class)
        .hasMessage("configuration: " + message)
        .extracting(e -> ((JobFailure) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void holdsTheBaseInFewerBits() throws Exception {
    Path out = run("bytes", adapter, "--base-precision", "int8");
    Configuration hadoop = new Configuration();
    float[] values = PeftAdapter.load(hadoop, adapter.toString(), model.config()).values();
    assertThat(predictions(out, "tuned"))
        .isEqualTo(expected(Precision.INT8, values, new Decoding.Greedy()));
    JsonNode manifest = Json.mapper().readTree(out.resolve("manifest.json").toFile());
    assertThat(manifest.findValue("base-precision").asText()).isEqualTo("int8");
    assertThatThrownBy(() -> run("bits", adapter, "--base-precision", "int2"))
        .hasMessage(
            "configuration: generate.base-precision must be one of [auto, f32, bf16, fp16, int8], not"
                + " int2");
  }

  /** A GGUF file's texts are those of a checkpoint with the same weights. */
  @Test
  void aGgufFileWritesWhatItsCheckpointDoes() throws Exception {
    Configuration hadoop = new Configuration();
    String file = dir.resolve("tiny.gguf").toString();
    String halves = dir.resolve("halves").toString();
    var source = new org.apache.hadoop.fs.Path(model.dir.toUri());
    FileSystem fs = source.getFileSystem(hadoop);
    try (BaseModel base = BaseModel.open(hadoop, model.dir.toString())) {
      List<FloatTensor> tensors = new ArrayList<>();
      LlamaWeights.tensors(base.config())
          .forEach(
              (name, shape) ->
                  tensors.add(
                      new FloatTensor(
                          name,
                          shape.size() == 1 ? Dtype.F32 : Dtype.F16,
                          shape.stream().map(Integer::longValue).toList(),
                          (from, into, count) -> base.read(name, from, into, 0, count))));
      Vocabulary vocabulary = Vocabulary.read(hadoop, model.dir.toString());
      var gguf = new org.apache.hadoop.fs.Path(file);
      new GgufExport("tiny", base.config(), vocabulary, GgufType.F16).write(fs, gguf, tensors);
      // With the file's own tokenizer, since bytes that are no text are shown otherwise by others.
      CheckpointWriter.write(
          fs,
          new org.apache.hadoop.fs.Path(halves),
          base.configJson(),
          tensors,
          gguf,
          Long.MAX_VALUE);
    }
    assertThat(bare("of-file", file)).hasSize(21).isEqualTo(bare("of-directory", halves));
    assertThatThrownBy(() -> run("another-base", adapter, "--base-model", file))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("--adapter tuned: its radllama.json has tokenizer_sha256");
  }

  private static Map<String, String> bare(String runId, String base) throws Exception {
    Object[] args = {
      "--dataset", dataset, "--base-model", base, "--set", "generate.max-new-tokens=" + NEW_TOKENS
    };
    return predictions(
        Path.of(TestJobs.eval(spark, dir.resolve("out"), runId, args).directory().orElseThrow()),
        "base");
  }

  @Test
  void aDryRunSaysWhatTheBaseTakes() throws Exception {
    EvalFlags flags = new EvalFlags();
    flags.dataset = dataset.toString();
    flags.baseModel = model.dir.toString();
    flags.adapters = List.of("tuned=" + adapter);
    flags.basePrecision = "int8";
    Settings settings = Settings.load("eval", Optional.empty(), flags.set, flags.overlay());
    JobContext context = JobContext.of("eval", settings, spark);
    assertThat(EvalPlan.text(context, EvalConfig.of(settings, flags)))
        .containsPattern(
            "holding the base model as int8 in [0-9]+ MiB of each executor, and at most [1-9][0-9]*"
                + " MiB");
  }

  @Test
  void refusesAnAdapterOfAnotherTemplate() throws Exception {
    Path other = model.adapter(dir.resolve("other"), "vicuna");
    assertThatThrownBy(() -> run("other", other))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "--adapter tuned: its radllama.json has template vicuna, but this evaluation prompts"
                + " with alpaca or chat");
  }

  @Test
  void refusesAnAdapterOfOtherSections() throws Exception {
    Path other = model.adapter(dir.resolve("sections"), "alpaca");
    changed(other, info -> info.putArray("sections").add("history"));
    changed(other, info -> info.put("truncation", ExampleEncoder.BACKGROUND_TRUNCATION));
    assertThatThrownBy(() -> run("sections", other))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "--adapter tuned: its radllama.json has sections [history], but --dataset was made with"
                + " instruct.sections []");
  }

  /** Each prompt shows the same train reports as when the adapter learned. */
  @Test
  void similarTrainReportsStandInThePromptsAsInTraining() throws Exception {
    SimilarRule rule = new SimilarRule(2, SimilarRule.Show.IMPRESSION);
    Path other = model.adapter(dir.resolve("similar"), "alpaca");
    changed(other, info -> info.set("similar", rule.toJson()));
    assertThatThrownBy(() -> run("similar-cut", other))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("has truncation " + ExampleEncoder.TRUNCATION);
    changed(other, info -> info.put("truncation", ExampleEncoder.truncation(false, rule)));
    float[] values =
        PeftAdapter.load(new Configuration(), other.toString(), model.config()).values();
    try (LlamaTokenizer tokenizer =
        LlamaTokenizer.load(new Configuration(), model.dir.toString())) {
      Map<String, String> expected = new HashMap<>();
      texts(
              Precision.F32,
              values,
              new Decoding.Greedy(),
              new AlpacaPrompt(tokenizer),
              SimilarReports.find(rule, train, test))
          .forEach((id, texts) -> expected.put(id, texts.get(0)));
      assertThat(predictions(run("similar-run", other), "tuned"))
          .isEqualTo(expected)
          .isNotEqualTo(expected(values, new Decoding.Greedy()));
    }
    Path alone = HandMadeDataset.write(dir.resolve("no-train"), List.of(), test);
    assertThatThrownBy(() -> run("similar-none", other, "--dataset", alone))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("trained with 2 similar train reports in each prompt");
  }

  private static void changed(Path adapter, Consumer<ObjectNode> change) throws IOException {
    Path file = adapter.resolve("radllama.json");
    ObjectNode info = (ObjectNode) Json.mapper().readTree(file.toFile());
    change.accept(info);
    Files.writeString(file, Json.text(info));
    // Hadoop compares what it reads with the digest that it wrote.
    Files.deleteIfExists(adapter.resolve(".radllama.json.crc"));
  }

  /** An adapter trained with the base's chat template is asked with it, and with that one only. */
  @Test
  void asksAnAdapterAsItWasTrained() throws Exception {
    Path chat = model.adapter(dir.resolve("chat"), "chat");
    assertThatThrownBy(() -> run("none", chat))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("the prompt template is chat, but");
    Path file = model.dir.resolve(ChatTemplate.FILE);
    Files.writeString(
        file,
        "{{ bos_token }}{% for m in messages %}{{ m.role + ':\\n' + m.content + eos_token }}"
            + "{% endfor %}{% if add_generation_prompt %}{{ 'assistant:\\n' }}{% endif %}");
    try (LlamaTokenizer tokenizer =
        LlamaTokenizer.load(new Configuration(), model.dir.toString())) {
      assertThatThrownBy(() -> run("other", chat))
          .isInstanceOf(BadSettingException.class)
          .hasMessageContaining("has template_sha256 , but --base-model has a chat template of");
      PromptFormat format =
          PromptFormats.of("chat", new Configuration(), model.dir.toString(), tokenizer);
      changed(chat, info -> info.put("template_sha256", format.sha256()));
      Map<String, String> asked = predictions(run("chat", chat), "tuned");
      float[] values =
          PeftAdapter.load(new Configuration(), chat.toString(), model.config()).values();
      Map<String, String> expected = new HashMap<>();
      texts(Precision.F32, values, new Decoding.Greedy(), format)
          .forEach((id, texts) -> expected.put(id, texts.get(0)));
      assertThat(asked).isEqualTo(expected);
      assertThat(asked).isNotEqualTo(expected(values, new Decoding.Greedy()));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void refusesALengthThatTheAdapterWasNotTrainedWith() {
    assertThatThrownBy(() -> run("length", adapter, "--set", "generate.max-length=300"))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("was trained with max_length 360, generate.max-length is 300");
  }

  private static Path run(String runId, Path adapterDir, Object... more) throws Exception {
    Object[] args = {
      "--dataset",
      dataset,
      "--base-model",
      model.dir,
      "--adapter",
      "tuned=" + adapterDir,
      "--set",
      "generate.max-new-tokens=" + NEW_TOKENS,
      "--set",
      "generate.batch-size=4"
    };
    Object[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Path.of(TestJobs.eval(spark, dir.resolve("out"), runId, all).directory().orElseThrow());
  }

  private static Map<String, String> expected(float[] values, Decoding.Strategy strategy)
      throws IOException {
    return expected(Precision.F32, values, strategy);
  }

  private static Map<String, String> expected(
      Precision precision, float[] values, Decoding.Strategy strategy) throws IOException {
    Map<String, String> expected = new HashMap<>();
    texts(precision, values, strategy).forEach((id, texts) -> expected.put(id, texts.get(0)));
    return expected;
  }

  /** A driver that is lost after some batches: those are found again, what is damaged is not. */
  @Test
  void textsAreKeptAsTheyCome() throws Exception {
    Path folder = dir.resolve("kept");
    EvaluationSet set = new EvaluationSet(Split.TEST, test, List.of(), List.of());
    Generation how =
        new Generation(new Decoding.Greedy(), Optional.empty(), NEW_TOKENS, 0, 4, SETTINGS);
    Optional<KeptTexts> kept = Optional.of(new KeptTexts(folder.toString(), "this run"));
    Map<String, String> expected = base(how, Optional.empty(), set);
    assertThat(base(how, kept, set)).isEqualTo(expected);
    List<Path> parts = parts(folder);
    assertThat(parts).hasSizeGreaterThan(5);
    // One is lost, one is damaged, and one has the tokens of another: it shows that it is read.
    Files.delete(parts.get(0));
    byte[] bytes = Files.readAllBytes(parts.get(1));
    bytes[bytes.length / 2] ^= 1;
    Files.write(parts.get(1), bytes);
    assertThat(base(how, kept, set)).isEqualTo(expected);
    List<byte[]> contents = new ArrayList<>();
    for (Path part : parts) {
      contents.add(Files.readAllBytes(part));
    }
    byte[] other = contents.get(contents.size() - 1);
    int swapped = -1;
    for (int i = 0; i < contents.size() - 1 && swapped < 0; i++) {
      boolean sameCount = Arrays.equals(contents.get(i), 0, 4, other, 0, 4);
      swapped = sameCount && !Arrays.equals(contents.get(i), other) ? i : -1;
    }
    assertThat(swapped).isNotNegative();
    Files.write(parts.get(swapped), other);
    assertThat(base(how, kept, set)).isNotEqualTo(expected);
    // Another run, model or way to write finds nothing of it.
    Optional<KeptTexts> another = Optional.of(new KeptTexts(folder.toString(), "another run"));
    assertThat(base(how, another, set)).isEqualTo(expected);
    kept.get().clear(new Configuration());
    assertThat(folder).doesNotExist();
  }

  private static List<Path> parts(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.toString().endsWith(".tokens")).sorted().toList();
    }
  }

  private static Map<String, String> base(
      Generation how, Optional<KeptTexts> kept, EvaluationSet set) throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (ModelSystem system = new ModelSystem(context, model.dir.toString(), how, kept)) {
      return system.base("base", List.of(), set).answers().byId();
    }
  }

  private static Map<String, List<String>> texts(
      Precision precision, float[] values, Decoding.Strategy strategy) throws IOException {
    try (LlamaTokenizer tokenizer =
        LlamaTokenizer.load(new Configuration(), model.dir.toString())) {
      return texts(precision, values, strategy, new AlpacaPrompt(tokenizer));
    }
  }

  private static Map<String, List<String>> texts(
      Precision precision, float[] values, Decoding.Strategy strategy, PromptFormat format)
      throws IOException {
    return texts(precision, values, strategy, format, SimilarReports.NONE);
  }

  private static Map<String, List<String>> texts(
      Precision precision,
      float[] values,
      Decoding.Strategy strategy,
      PromptFormat format,
      SimilarReports similar)
      throws IOException {
    Configuration hadoop = new Configuration();
    Map<String, List<String>> expected = new HashMap<>();
    EngineSpec spec =
        new EngineSpec(
            SETTINGS, model.dir.toString(), precision, model.config().toJson(), TinyModel.LORA, 1);
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, model.dir.toString())) {
      LoraEngine engine = Engines.shared(spec, hadoop);
      ExampleEncoder encoder = new ExampleEncoder(tokenizer, format, similar, TinyModel.MAX_LENGTH);
      for (InstructionExample example : test) {
        List<int[]> made =
            engine.generate(
                List.of(encoder.prompt(example, 1)),
                new long[] {
                  HexFormat.fromHexDigitsToLong(Digests.sha256(example.id()).substring(0, 16))
                },
                values,
                new Decoding(NEW_TOKENS, format.end(), strategy));
        expected.put(
            example.id(), made.stream().map(ids -> tokenizer.decode(ids).strip()).toList());
      }
    } finally {
      Engines.closeAll();
    }
    return expected;
  }

  private static Map<String, String> predictions(Path out, String system) throws IOException {
    Map<String, String> predictions = new HashMap<>();
    for (String line : Files.readAllLines(out.resolve("predictions.jsonl"))) {
      JsonNode node = Json.mapper().readTree(line);
      if (node.get("system").asText().equals(system)) {
        predictions.put(node.get("id").asText(), node.get("prediction").asText());
      }
    }
    return predictions;
  }
}
