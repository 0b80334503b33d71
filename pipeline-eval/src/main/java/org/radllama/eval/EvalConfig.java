package org.radllama.eval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.radllama.dataset.Split;
import org.radllama.eval.compare.Comparisons;
import org.radllama.eval.compare.Randomisation;
import org.radllama.eval.findings.FindingLabeller;
import org.radllama.eval.join.Inputs;
import org.radllama.eval.join.Subset;
import org.radllama.eval.join.Subsets;
import org.radllama.eval.predict.Baseline;
import org.radllama.eval.predict.ConsensusRule;
import org.radllama.eval.predict.Generation;
import org.radllama.eval.predict.MissingPolicy;
import org.radllama.eval.predict.Neighbours;
import org.radllama.eval.report.Verdicts;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.rouge.Tokenization;
import org.radllama.eval.score.FindingEvidence;
import org.radllama.eval.score.family.AttributesFamily;
import org.radllama.eval.score.family.BertScoreFamily;
import org.radllama.eval.score.family.BleuFamily;
import org.radllama.eval.score.family.CheXbertFamily;
import org.radllama.eval.score.family.ChrfFamily;
import org.radllama.eval.score.family.CopyFamily;
import org.radllama.eval.score.family.ExactMatchFamily;
import org.radllama.eval.score.family.FindingsFamily;
import org.radllama.eval.score.family.LengthFamily;
import org.radllama.eval.score.family.Metrics;
import org.radllama.eval.score.family.RougeFamily;
import org.radllama.eval.score.family.ScoreFamily;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.score.statistics.Intervals;
import org.radllama.run.JobFailure;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;

/**
 * What an evaluation does, checked.
 *
 * @param output where and under which name it is published
 * @param systems what is scored
 * @param generation how models write
 * @param neighbours the train reports whose impressions support a consensus
 * @param missing what happens to reports without a prediction
 * @param subsets how reports are divided
 * @param metrics the scores that are computed here
 * @param intervals their bounds
 * @param comparisons the tests between systems
 * @param report what the page shows
 * @param settings the effective configuration, for the manifest
 */
public record EvalConfig(
    Output output,
    Systems systems,
    Generation generation,
    Neighbours neighbours,
    MissingPolicy missing,
    Subsets subsets,
    Metrics metrics,
    Intervals intervals,
    Comparisons comparisons,
    Report report,
    Settings settings) {
  private static final List<String> METRICS =
      List.of(
          "rouge",
          "bleu4",
          "chrf",
          "exact_match",
          "length_ratio",
          "findings",
          "attributes",
          "copy_rate",
          BertScoreFamily.NAME,
          CheXbertFamily.NAME);

  /**
   * Where results go.
   *
   * @param out the directory of run directories; null only for a dry run
   * @param runId the run's name, or empty to derive it
   * @param dryRun whether to print the plan and stop
   */
  public record Output(String out, Optional<String> runId, boolean dryRun) {}

  /**
   * What is scored, on what.
   *
   * @param dataset an ingest run, or empty when the predictions bring their references
   * @param split of it
   * @param baseModel a checkpoint directory
   * @param base whether it is a system itself
   * @param adapters directories by system name, sorted
   * @param predictions files by system name, sorted
   * @param scores files of scores from elsewhere, in the order given
   * @param baselines in the order given
   * @param encoders what metrics compute with, by the name of the input
   */
  public record Systems(
      Optional<String> dataset,
      Split split,
      Optional<String> baseModel,
      boolean base,
      Map<String, String> adapters,
      Map<String, String> predictions,
      List<Inputs.ScoresOf> scores,
      List<Baseline> baselines,
      Map<String, String> encoders) {
    /** Everything that is read, for the manifest. */
    List<RunInput> inputs() {
      List<RunInput> inputs = new ArrayList<>();
      dataset.ifPresent(d -> inputs.add(new RunInput("dataset", d)));
      baseModel.ifPresent(d -> inputs.add(new RunInput("base-model", d)));
      adapters.forEach((name, dir) -> inputs.add(new RunInput("adapter " + name, dir)));
      predictions.forEach((name, file) -> inputs.add(new RunInput("predictions " + name, file)));
      scores.forEach(of -> inputs.add(new RunInput("scores " + of.system(), of.path())));
      encoders.forEach((name, path) -> inputs.add(new RunInput(name, path)));
      return inputs;
    }
  }

  /**
   * What is shown.
   *
   * @param showText whether it quotes reports
   * @param examples how many best, worst and random ones
   * @param evidence whether predictions say which words their labels come from
   */
  public record Report(boolean showText, int examples, FindingEvidence evidence) {}

  /**
   * Reads settings and flags.
   *
   * @throws JobFailure exit 2, naming everything that cannot be
   */
  public static EvalConfig of(Settings settings, EvalFlags flags) {
    SettingReader r = new SettingReader(settings);
    Neighbours neighbours =
        r.made(
            () ->
                new Neighbours(r.atLeast(1, "neighbours.count"), r.number("neighbours.sharpness")),
            null);
    Generation generation =
        Generation.of(r.at("generate"), settings.reference().getConfig("generate"), neighbours);
    List<String> phrases = phrases(r);
    Metrics metrics = metrics(r, flags, phrases);
    Subsets subsets =
        r.made(() -> Subsets.of(r.integers("subsets.lengths")), Subsets.of(List.of()));
    boolean compatible =
        r.oneOf("bootstrap.method", List.of("counter", "rouge_score")).equals("rouge_score");
    EvalConfig config =
        new EvalConfig(
            new Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
            systems(r, flags, generation),
            generation,
            neighbours,
            r.oneOf("predictions.missing", MissingPolicy.class),
            subsets,
            metrics,
            new Intervals(bootstrap(r.at("bootstrap")), compatible),
            comparisons(r, metrics, subsets),
            new Report(
                r.flag("report.show-text"),
                r.atLeast(0, "report.examples"),
                new FindingEvidence(r.flag("findings.evidence"), phrases)),
            settings);
    r.report();
    return config;
  }

  /** The settings {@code samples}, {@code confidence} and {@code seed}. */
  static Bootstrap bootstrap(SettingReader r) {
    return r.made(
        () -> new Bootstrap(r.atLeast(1, "samples"), r.number("confidence"), r.longNumber("seed")),
        null);
  }

  private static List<String> phrases(SettingReader r) {
    List<String> phrases = r.texts("findings.phrases");
    return r.made(() -> new FindingLabeller(phrases), null) == null ? List.of() : phrases;
  }

  private static Metrics metrics(SettingReader r, EvalFlags flags, List<String> phrases) {
    requireModels(r, flags);
    List<RougeType> types = r.each("rouge.types", RougeType::of).stream().distinct().toList();
    List<String> names = r.texts("metrics");
    r.require(!names.isEmpty(), "metrics must name at least one");
    for (String name : names) {
      r.require(
          METRICS.contains(name), "metrics: %s is not one of %s", name, String.join(", ", METRICS));
    }
    boolean unstemmed = r.flag("rouge.unstemmed");
    Tokenization tokens =
        r.oneOf("rouge.tokenizer", List.of("rouge_score", "unicode")).equals("unicode")
            ? Tokenization.UNICODE
            : Tokenization.ROUGE_SCORE;
    return r.made(
        () ->
            new Metrics(
                names.stream()
                    .flatMap(
                        name ->
                            isOfEncoder(name)
                                ? Stream.of(encoder(name, r, flags))
                                : families(name, types, unstemmed, tokens, phrases))
                    .toList()),
        new Metrics(List.of()));
  }

  private static boolean isOfEncoder(String name) {
    return name.equals(BertScoreFamily.NAME) || name.equals(CheXbertFamily.NAME);
  }

  private static ScoreFamily encoder(String name, SettingReader r, EvalFlags flags) {
    return name.equals(CheXbertFamily.NAME)
        ? new CheXbertFamily(flags.chexbertModel)
        : new BertScoreFamily(
            flags.bertscoreModel,
            r.atLeast(0, "bertscore.layer"),
            r.flag("bertscore.idf"),
            Optional.ofNullable(flags.bertscoreBaseline));
  }

  /** A model without its metric, or a metric without its model, is a slip. */
  private static void requireModels(SettingReader r, EvalFlags flags) {
    List<String> names = r.texts("metrics");
    boolean bertscore = names.contains(BertScoreFamily.NAME);
    r.require(
        bertscore == (flags.bertscoreModel != null),
        "metrics with bertscore and --bertscore-model DIR belong together");
    r.require(
        !bertscore || r.atLeast(0, "bertscore.layer") > 0,
        "bertscore.layer must be the layer to compare, from 1; conf/eval.conf lists bert_score's choices");
    r.require(
        bertscore || flags.bertscoreBaseline == null,
        "--bertscore-baseline needs metrics with bertscore");
    r.require(
        names.contains(CheXbertFamily.NAME) == (flags.chexbertModel != null),
        "metrics with chexbert and --chexbert-model DIR belong together");
  }

  private static Stream<ScoreFamily> families(
      String name,
      List<RougeType> types,
      boolean unstemmed,
      Tokenization tokens,
      List<String> phrases) {
    return switch (name) {
      case "rouge" ->
          Stream.of(true, false)
              .filter(stemming -> stemming || unstemmed)
              .map(stemming -> new RougeFamily(types, stemming, tokens));
      case "bleu4" -> Stream.of(new BleuFamily());
      case "chrf" -> Stream.of(new ChrfFamily());
      case "exact_match" -> Stream.of(new ExactMatchFamily());
      case "length_ratio" -> Stream.of(new LengthFamily());
      case "findings" -> Stream.of(new FindingsFamily(phrases));
      case "attributes" -> Stream.of(new AttributesFamily(phrases));
      case "copy_rate" -> Stream.of(new CopyFamily());
      default -> Stream.empty();
    };
  }

  private static Systems systems(SettingReader r, EvalFlags flags, Generation generation) {
    Systems systems =
        new Systems(
            Optional.ofNullable(flags.dataset),
            r.made(() -> Split.of(r.text("split")), Split.TEST),
            Optional.ofNullable(flags.baseModel),
            flags.baseModel != null && r.flag("generate.base"),
            SystemNames.paths(r, "--adapter", flags.adapters),
            SystemNames.paths(r, "--predictions", flags.predictions),
            SystemNames.pairs(r, "--scores", flags.scores).stream()
                .map(pair -> new Inputs.ScoresOf(pair.getKey(), pair.getValue()))
                .toList(),
            flags.dataset == null ? List.of() : r.eachOf("baselines", Baseline.class),
            encoders(flags));
    requireInputs(r, systems);
    requireDistinctNames(r, systems, generation.consensus().map(ConsensusRule::pool).orElse(""));
    return systems;
  }

  private static Map<String, String> encoders(EvalFlags flags) {
    Map<String, String> encoders = new TreeMap<>();
    encoders.put("bertscore-model", flags.bertscoreModel);
    encoders.put("bertscore-baseline", flags.bertscoreBaseline);
    encoders.put("chexbert-model", flags.chexbertModel);
    encoders.values().removeIf(Objects::isNull);
    return encoders;
  }

  private static void requireInputs(SettingReader r, Systems systems) {
    r.require(
        systems.dataset().isPresent() || !systems.predictions().isEmpty(),
        "nothing to evaluate: give --dataset RUN_DIR, or --predictions NAME=FILE with references");
    r.require(
        systems.dataset().isPresent() || systems.baseModel().isEmpty(),
        "--base-model needs --dataset RUN_DIR, whose findings it continues");
    r.require(
        systems.baseModel().isPresent() || systems.adapters().isEmpty(),
        "--adapter needs --base-model DIR, the model it was trained on");
  }

  private static void requireDistinctNames(SettingReader r, Systems systems, String pool) {
    List<String> names = new ArrayList<>(systems.adapters().keySet());
    if (!pool.isEmpty()) {
      r.require(
          systems.adapters().size() >= 2,
          "generate.pool is %s, but %d adapters are given: there must be two or more to pool",
          pool,
          systems.adapters().size());
      SystemNames.require(r, "generate.pool", pool);
      names.add(pool);
    }
    names.addAll(systems.predictions().keySet());
    systems.baselines().forEach(b -> names.add(b.label()));
    if (systems.base()) {
      names.add(Predictions.BASE);
    }
    r.require(
        !names.isEmpty(),
        "no system to score: give --base-model, --adapter, --predictions or --baselines");
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      r.require(seen.add(name), "two systems are named %s: choose another NAME", name);
    }
    for (Inputs.ScoresOf scores : systems.scores()) {
      r.require(
          seen.contains(scores.system()) || isOfFile(scores.system(), systems),
          "--scores %s: no such system, only %s",
          scores.system(),
          names);
    }
  }

  /** Whether a file of predictions may hold a system, which is known when it is read. */
  private static boolean isOfFile(String system, Systems systems) {
    return systems.predictions().keySet().stream().anyMatch(name -> system.startsWith(name + "."));
  }

  /** ROUGE's names as rouge_score has them stand for those of the tokeniser that was chosen. */
  private static String computed(String name, Metrics metrics) {
    String unicode = name.replaceFirst("^(rouge[^_]+)_", "$1" + Tokenization.UNICODE.infix() + "_");
    return metrics.names().contains(unicode) ? unicode : name;
  }

  private static Comparisons comparisons(SettingReader r, Metrics metrics, Subsets subsets) {
    List<String> compared =
        r.texts("compare.metrics").stream().map(name -> computed(name, metrics)).toList();
    for (String metric : compared) {
      r.require(
          metrics.names().contains(metric),
          "compare.metrics: %s is not computed (metrics, rouge.types, rouge.unstemmed): one of %s",
          metric,
          metrics.names());
    }
    return new Comparisons(
        r.made(
            () -> new Randomisation(r.atLeast(1, "compare.trials"), r.longNumber("compare.seed")),
            null),
        Stream.concat(compared.stream(), Verdicts.metrics(metrics).stream()).distinct().toList(),
        r.each("compare.subsets", label -> Subset.of(label, subsets.lengths())));
  }
}
