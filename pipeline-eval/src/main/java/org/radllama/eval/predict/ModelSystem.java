package org.radllama.eval.predict;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.eval.consensus.MbrCandidate;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.PromptFormats;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.tokenizer.LlamaTokenizer;

/** A base model, bare or with adapters, as systems. */
public final class ModelSystem implements AutoCloseable {
  /** Names the shape of an engine that is asked for its bare base only. */
  public static final Adaptation.Lora ANY =
      new Adaptation.Lora(8, 16, 0, List.of("q_proj", "v_proj"), false);

  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private final String dir;
  private final Generation how;
  private final LlamaConfig config;
  private final Precision stored;
  private final String name;
  private final LlamaTokenizer tokenizer;
  private final Optional<KeptTexts> kept;
  private String sha256;
  private List<List<MbrCandidate>> neighbours;

  /**
   * What a model wrote.
   *
   * @param answers its impressions
   * @param texts for each report of the set all that it wrote, among which the impression was
   *     chosen or found
   * @param shortened prompts that lost similar reports or some of their background or findings
   * @param unfinished texts that met the limit of new tokens
   * @param newTokens tokens of all texts
   * @param trainedOn the ingest run it was trained on, if it says so
   * @param template the name of the prompt's template
   * @param model what wrote it, in words: the base's name or shape, and the adapter's
   */
  public record Generated(
      SystemAnswers answers,
      List<List<String>> texts,
      long shortened,
      long unfinished,
      long newTokens,
      Optional<String> trainedOn,
      String template,
      String model) {}

  /**
   * Opens a checkpoint directory. Weights are loaded by the executors.
   *
   * @param kept where texts are kept as they come, and found again; empty for nowhere
   * @throws BadInputException when it is not one
   */
  public ModelSystem(JavaSparkContext spark, String dir, Generation how, Optional<KeptTexts> kept)
      throws IOException {
    this.kept = kept;
    this.spark = spark;
    this.hadoop = spark.hadoopConfiguration();
    this.dir = dir;
    this.how = how;
    try (BaseModel base = BaseModel.open(hadoop, dir)) {
      this.config = base.config();
      this.stored = base.precision();
      this.name = base.hubId();
    }
    this.tokenizer = LlamaTokenizer.load(hadoop, dir);
    tokenizer.requireRows(config.vocabularySize(), dir);
  }

  /**
   * The bare base. It is asked like the adapters and its prompts are cut like theirs, if there are
   * any.
   *
   * @param adapters the directories of the adapters scored beside it
   */
  public Generated base(String name, List<String> adapters, EvaluationSet set) throws IOException {
    Optional<AdapterInfo> own = info(dir);
    int length = 0;
    for (String adapter : adapters) {
      length = Math.max(length, info(adapter).map(AdapterInfo::maxLength).orElse(0));
    }
    length = length > 0 ? length : own.map(AdapterInfo::maxLength).orElse(config.maxPositions());
    Adaptation.Lora shape =
        adapters.isEmpty() ? ANY : PeftAdapter.readConfig(hadoop, adapters.get(0));
    Optional<String> trainedOn = own.map(AdapterInfo::datasetRunId);
    Optional<AdapterInfo> asked =
        own.isPresent() || adapters.isEmpty() ? own : info(adapters.get(0));
    String model = named(own);
    return generate(name, model, shape, new float[0], length(length), asked, trainedOn, set);
  }

  /**
   * The base with an adapter.
   *
   * @throws BadSettingException when its radllama.json contradicts the base, the tokenizer, the
   *     template or the settings
   * @throws BadInputException when it cannot be read
   */
  public Generated adapted(String name, String adapterDir, EvaluationSet set) throws IOException {
    Optional<AdapterInfo> info = info(adapterDir);
    if (info.isPresent()) {
      requireSame(name, info.get(), set);
    }
    PeftAdapter adapter = PeftAdapter.load(hadoop, adapterDir, config);
    int length = length(info.map(AdapterInfo::maxLength).orElse(config.maxPositions()));
    return generate(
        name,
        named(info) + ", " + words(adapter.adaptation()),
        adapter.adaptation(),
        adapter.values(),
        length,
        info,
        info.map(AdapterInfo::datasetRunId),
        set);
  }

  private void requireSame(String name, AdapterInfo info, EvaluationSet set) throws IOException {
    if (!PromptFormats.NAMES.contains(info.template())) {
      throw new BadSettingException(
          "--adapter %s: its radllama.json has template %s, but this evaluation prompts with %s",
          name, info.template(), String.join(" or ", PromptFormats.NAMES));
    }
    require(
        name,
        "template_sha256",
        info.templateSha256(),
        formatOf(Optional.of(info)).sha256(),
        "--base-model has a chat template of");
    require(
        name,
        "truncation",
        info.truncation(),
        ExampleEncoder.truncation(!info.sections().isEmpty(), info.similar()),
        "this evaluation shortens by");
    if (info.objective().equals("impression")) {
      require(
          name,
          "sections",
          info.sections().toString(),
          set.sections().toString(),
          "--dataset was made with instruct.sections");
    }
    require(
        name,
        "tokenizer_sha256",
        info.tokenizerSha256(),
        tokenizer.sha256(),
        "--base-model has a tokenizer of");
    if (!info.baseSha256().isEmpty()) {
      require(name, "base_sha256", info.baseSha256(), baseSha256(), "--base-model has weights of");
    }
    if (how.maxLength() > 0 && how.maxLength() != info.maxLength()) {
      throw new BadSettingException(
          format(
              "--adapter %s was trained with max_length %d, generate.max-length is %d (0 takes the adapter's)",
              name, info.maxLength(), how.maxLength()));
    }
  }

  private static void require(String name, String key, String seen, String ours, String what) {
    if (!seen.equals(ours)) {
      throw new BadSettingException(
          "--adapter %s: its radllama.json has %s %s, but %s %s"
              .formatted(name, key, seen, what, ours));
    }
  }

  /** How a model is asked: as it was trained. */
  private PromptFormat formatOf(Optional<AdapterInfo> info) throws IOException {
    String name = info.map(AdapterInfo::template).orElse(PromptTemplate.NAME);
    return PromptFormats.of(name, hadoop, dir, tokenizer);
  }

  /** The same train reports stand before a report as when the adapter was trained. */
  private SimilarReports similar(SimilarRule rule, EvaluationSet set) {
    if (!rule.isNone() && set.train().isEmpty()) {
      throw new BadSettingException(
          "the adapter was trained with %d similar train reports in each prompt (prompt.similar) from the train split of --dataset, which has none",
          rule.count());
    }
    return SimilarReports.find(spark, rule, set.train(), set.examples());
  }

  private String baseSha256() throws IOException {
    if (sha256 == null) {
      try (BaseModel base = BaseModel.open(hadoop, dir)) {
        sha256 = base.sha256();
      }
    }
    return sha256;
  }

  private Optional<AdapterInfo> info(String of) throws IOException {
    Path path = new Path(of);
    return AdapterInfo.read(path.getFileSystem(hadoop), path);
  }

  private int length(int trained) {
    return Math.min(how.maxLength() > 0 ? how.maxLength() : trained, config.maxPositions());
  }

  /** The base's name, or its shape where nothing names it. */
  private String named(Optional<AdapterInfo> info) {
    return info.map(AdapterInfo::baseModel)
        .filter(given -> !given.isEmpty())
        .orElseGet(
            () ->
                name.isEmpty()
                    ? format(
                        "%d layers, hidden size %d, vocabulary %d",
                        config.layers(), config.hiddenSize(), config.vocabularySize())
                    : name);
  }

  private static String words(Adaptation.Lora lora) {
    return format("LoRA r %d on %s", lora.rank(), String.join(", ", lora.targets()));
  }

  private Generated generate(
      String name,
      String model,
      Adaptation.Lora shape,
      float[] values,
      int length,
      Optional<AdapterInfo> asked,
      Optional<String> trainedOn,
      EvaluationSet set)
      throws IOException {
    PromptFormat format = formatOf(asked);
    SimilarReports similar = similar(asked.map(AdapterInfo::similar).orElse(SimilarRule.NONE), set);
    int longest =
        Math.min(length - how.reserved(length) + how.maxNewTokens(), config.maxPositions());
    ExampleEncoder encoder = new ExampleEncoder(tokenizer, format, similar, longest);
    List<GenerateStage.Prompt> prompts = new ArrayList<>();
    for (InstructionExample example : set.examples()) {
      prompts.add(
          new GenerateStage.Prompt(
              GenerateStage.key(example.id()), encoder.prompt(example, how.maxNewTokens())));
    }
    int most = prompts.stream().flatMapToInt(p -> IntStream.of(p.tokens())).max().orElse(0);
    if (most >= config.vocabularySize()) {
      throw new BadInputException(
          format(
              "--base-model %s: a prompt has a token of id %d, the model's embedding %d rows",
              dir, most, config.vocabularySize()));
    }
    int threads = spark.getConf().getInt("spark.task.cpus", 1);
    EngineSpec spec =
        new EngineSpec(how.engine(), dir, stored, config.toJson(), shape, threads).generating();
    Decoding decoding = new Decoding(how.maxNewTokens(), format.end(), how.strategy());
    List<List<int[]>> made =
        new GenerateStage(spark, how.batchSize(), kept).run(name, spec, values, prompts, decoding);
    List<List<String>> texts =
        made.stream()
            .map(all -> all.stream().map(ids -> tokenizer.decode(ids).strip()).toList())
            .toList();
    List<int[]> all = made.stream().flatMap(List::stream).toList();
    return new Generated(
        new SystemAnswers(name, SystemAnswers.Kind.MODEL, answers(texts, set)),
        texts,
        encoder.truncation().cuts().size(),
        all.stream().filter(ids -> ids.length == how.maxNewTokens()).count(),
        all.stream().mapToLong(ids -> ids.length).sum(),
        trainedOn,
        format.name(),
        model);
  }

  /**
   * The consensus of all that several systems wrote and of the neighbours.
   *
   * @param systems made from this set with strategy consensus; at least one
   */
  public Generated pooled(String name, List<Generated> systems, EvaluationSet set) {
    List<List<String>> texts =
        IntStream.range(0, set.examples().size())
            .mapToObj(i -> systems.stream().flatMap(s -> s.texts().get(i).stream()).toList())
            .toList();
    return new Generated(
        new SystemAnswers(name, SystemAnswers.Kind.MODEL, answers(texts, set)),
        texts,
        systems.stream().mapToLong(Generated::shortened).sum(),
        systems.stream().mapToLong(Generated::unfinished).sum(),
        systems.stream().mapToLong(Generated::newTokens).sum(),
        systems.get(0).trainedOn(),
        systems.get(0).template(),
        systems.stream().map(Generated::model).distinct().collect(Collectors.joining("; ")));
  }

  private Map<String, String> answers(List<List<String>> texts, EvaluationSet set) {
    return set.byId(
        how.consensus()
            .map(rule -> new ConsensusStage(spark, set).choose(support(texts, rule, set)))
            .orElseGet(() -> texts.stream().map(all -> all.get(0)).toList()));
  }

  /** The samples share what the neighbours leave; where there are no neighbours, all. */
  private List<List<MbrCandidate>> support(
      List<List<String>> texts, ConsensusRule rule, EvaluationSet set) {
    List<List<MbrCandidate>> neighbours =
        rule.neighbourWeight() > 0 ? neighbours(rule, set) : List.of();
    return IntStream.range(0, texts.size())
        .mapToObj(
            i -> rule.support(texts.get(i), neighbours.isEmpty() ? List.of() : neighbours.get(i)))
        .toList();
  }

  private List<List<MbrCandidate>> neighbours(ConsensusRule rule, EvaluationSet set) {
    if (neighbours == null) {
      neighbours = new ConsensusStage(spark, set).neighbours(rule.neighbours());
    }
    return neighbours;
  }

  /** Frees the tokenizer and, in local mode, the engines. */
  @Override
  public void close() {
    tokenizer.close();
    Engines.closeAll();
  }
}
