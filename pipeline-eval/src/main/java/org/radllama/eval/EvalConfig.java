package org.radllama.eval;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.radllama.dataset.Split;
import org.radllama.eval.compare.Comparisons;
import org.radllama.eval.compare.Randomisation;
import org.radllama.eval.join.Inputs;
import org.radllama.eval.join.Subset;
import org.radllama.eval.join.Subsets;
import org.radllama.eval.predict.Baseline;
import org.radllama.eval.predict.ConsensusRule;
import org.radllama.eval.predict.Generation;
import org.radllama.eval.predict.MissingPolicy;
import org.radllama.eval.predict.Neighbours;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.score.BleuFamily;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.score.ChrfFamily;
import org.radllama.eval.score.CopyFamily;
import org.radllama.eval.score.ExactMatchFamily;
import org.radllama.eval.score.FindingsFamily;
import org.radllama.eval.score.Intervals;
import org.radllama.eval.score.LengthFamily;
import org.radllama.eval.score.Metrics;
import org.radllama.eval.score.RougeFamily;
import org.radllama.eval.score.ScoreFamily;
import org.radllama.run.JobFailure;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;

/**
 * What an evaluation does, checked.
 *
 * @param output where and under which name it is published
 * @param systems what is scored
 * @param generation how models write
 * @param neighbours the train reports that speak for a report, in a consensus
 * @param missing what becomes of reports without a prediction
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
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

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
   */
  public record Systems(
      Optional<String> dataset,
      Split split,
      Optional<String> baseModel,
      boolean base,
      Map<String, String> adapters,
      Map<String, String> predictions,
      List<Inputs.ScoresOf> scores,
      List<Baseline> baselines) {

    /** Everything that is read, for the manifest. */
    List<RunInput> inputs() {
      List<RunInput> inputs = new ArrayList<>();
      dataset.ifPresent(d -> inputs.add(new RunInput("dataset", d)));
      baseModel.ifPresent(d -> inputs.add(new RunInput("base-model", d)));
      adapters.forEach((name, dir) -> inputs.add(new RunInput("adapter " + name, dir)));
      predictions.forEach((name, file) -> inputs.add(new RunInput("predictions " + name, file)));
      scores.forEach(of -> inputs.add(new RunInput("scores " + of.system(), of.path())));
      return inputs;
    }
  }

  /**
   * What the page shows.
   *
   * @param showText whether it quotes reports
   * @param examples how many best, worst and random ones
   */
  public record Report(boolean showText, int examples) {}

  /**
   * Reads settings and flags.
   *
   * @throws JobFailure exit 2 for values that cannot be
   */
  public static EvalConfig of(Settings settings, EvalFlags flags) {
    Config c = settings.config();
    Metrics metrics = Settings.checked(() -> metrics(c));
    Subsets subsets = Settings.checked(() -> Subsets.of(c.getIntList("subsets.lengths")));
    Bootstrap bootstrap =
        Settings.checked(
            () ->
                new Bootstrap(
                    c.getInt("bootstrap.samples"),
                    c.getDouble("bootstrap.confidence"),
                    c.getLong("bootstrap.seed")));
    Neighbours neighbours =
        new Neighbours(c.getInt("neighbours.count"), c.getDouble("neighbours.sharpness"));
    Generation generation = generation(settings, neighbours);
    return new EvalConfig(
        new Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
        systems(c, flags, generation),
        generation,
        neighbours,
        MissingPolicy.of(c.getString("predictions.missing")),
        subsets,
        metrics,
        Intervals.of(bootstrap, c.getString("bootstrap.method")),
        comparisons(c, metrics, subsets),
        new Report(c.getBoolean("report.show-text"), atLeast(0, c, "report.examples")),
        settings);
  }

  private static Generation generation(Settings settings, Neighbours neighbours) {
    Config c = settings.config().getConfig("generate");
    return new Generation(
        Settings.checked(() -> Generation.strategy(c, settings.reference().getConfig("generate"))),
        Generation.consensus(c, neighbours),
        atLeast(1, settings.config(), "generate.max-new-tokens"),
        atLeast(0, settings.config(), "generate.max-length"),
        atLeast(1, settings.config(), "generate.batch-size"),
        engine(new SettingReader(settings).at("generate")));
  }

  private static EngineSettings engine(SettingReader r) {
    EngineKind engine = r.oneOf("engine", EngineKind.class);
    KernelKind kernels = r.oneOf("kernels", KernelKind.class);
    Precision precision = r.oneOf("base-precision", Precision.class);
    EngineSettings settings =
        r.made(() -> new EngineSettings(engine, kernels, precision, Recompute.AUTO), null);
    r.report();
    return settings;
  }

  private static Metrics metrics(Config c) {
    List<ScoreFamily> families = new ArrayList<>();
    List<RougeType> types = each("rouge.types", c, RougeType::of).stream().distinct().toList();
    for (String name : c.getStringList("metrics")) {
      switch (name) {
        case "rouge" -> {
          families.add(new RougeFamily(types, true));
          if (c.getBoolean("rouge.unstemmed")) {
            families.add(new RougeFamily(types, false));
          }
        }
        case "bleu4" -> families.add(new BleuFamily());
        case "chrf" -> families.add(new ChrfFamily());
        case "exact_match" -> families.add(new ExactMatchFamily());
        case "length_ratio" -> families.add(new LengthFamily());
        case "findings" -> families.add(new FindingsFamily());
        case "copy_rate" -> families.add(new CopyFamily());
        default ->
            throw new IllegalArgumentException(
                "metrics: %s is none of rouge, bleu4, chrf, exact_match, length_ratio, findings, copy_rate"
                    .formatted(name));
      }
    }
    if (families.isEmpty()) {
      throw new IllegalArgumentException("metrics must name at least one");
    }
    return new Metrics(families);
  }

  private static Systems systems(Config c, EvalFlags flags, Generation generation) {
    Systems systems =
        new Systems(
            Optional.ofNullable(flags.dataset),
            Settings.checked(() -> Split.of(c.getString("split"))),
            Optional.ofNullable(flags.baseModel),
            flags.baseModel != null && c.getBoolean("generate.base"),
            named("--adapter", flags.adapters),
            named("--predictions", flags.predictions),
            scores(flags.scores),
            flags.dataset == null ? List.of() : each("baselines", c, Baseline::of));
    requireInputs(systems);
    requireDistinctNames(systems, generation.consensus().map(ConsensusRule::pool).orElse(""));
    return systems;
  }

  private static void requireInputs(Systems systems) {
    if (systems.dataset().isEmpty() && systems.predictions().isEmpty()) {
      throw JobFailure.usage(
          "nothing to evaluate: give --dataset RUN_DIR, or --predictions NAME=FILE with references");
    }
    if (systems.dataset().isEmpty() && systems.baseModel().isPresent()) {
      throw JobFailure.usage("--base-model needs --dataset RUN_DIR, whose findings it continues");
    }
    if (!systems.adapters().isEmpty() && systems.baseModel().isEmpty()) {
      throw JobFailure.usage("--adapter needs --base-model DIR, the model it was trained on");
    }
  }

  private static void requireDistinctNames(Systems systems, String pool) {
    List<String> names = new ArrayList<>(systems.adapters().keySet());
    if (!pool.isEmpty()) {
      requirePool(systems, pool);
      names.add(pool);
    }
    names.addAll(systems.predictions().keySet());
    systems.baselines().forEach(b -> names.add(b.label()));
    if (systems.base()) {
      names.add(Answers.BASE);
    }
    if (names.isEmpty()) {
      throw JobFailure.usage(
          "no system to score: give --base-model, --adapter, --predictions or --baselines");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw JobFailure.usage("two systems are named %s: choose another NAME".formatted(name));
      }
    }
    for (Inputs.ScoresOf scores : systems.scores()) {
      if (!seen.contains(scores.system())) {
        throw JobFailure.usage(
            "--scores %s: no such system, only %s".formatted(scores.system(), names));
      }
    }
  }

  private static void requirePool(Systems systems, String pool) {
    if (systems.adapters().size() < 2) {
      throw JobFailure.usage(
          "generate.pool is %s, but %d adapters are given: there must be two or more to pool"
              .formatted(pool, systems.adapters().size()));
    }
    if (!pool.matches(NAME)) {
      throw JobFailure.usage(
          "generate.pool is %s, must be a name of letters, digits and . _ -".formatted(pool));
    }
  }

  /** NAME=PATH pairs by name. */
  private static Map<String, String> named(String flag, List<String> pairs) {
    Map<String, String> named = new TreeMap<>();
    for (String pair : pairs) {
      String name = name(flag, pair);
      if (named.put(name, pair.substring(name.length() + 1)) != null) {
        throw JobFailure.usage("%s: two are named %s".formatted(flag, name));
      }
    }
    return named;
  }

  private static List<Inputs.ScoresOf> scores(List<String> pairs) {
    return pairs.stream()
        .map(
            pair -> {
              String name = name("--scores", pair);
              return new Inputs.ScoresOf(name, pair.substring(name.length() + 1));
            })
        .toList();
  }

  private static String name(String flag, String pair) {
    int at = pair.indexOf('=');
    String name = at < 0 ? "" : pair.substring(0, at);
    if (!name.matches(NAME) || at == pair.length() - 1) {
      throw JobFailure.usage(
          "%s wants NAME=PATH, NAME of letters, digits and . _ -, not %s".formatted(flag, pair));
    }
    return name;
  }

  private static Comparisons comparisons(Config c, Metrics metrics, Subsets subsets) {
    List<String> compared = c.getStringList("compare.metrics");
    for (String metric : compared) {
      if (!metrics.names().contains(metric)) {
        throw JobFailure.usage(
            "compare.metrics: %s is not computed (metrics, rouge.types, rouge.unstemmed): one of %s"
                .formatted(metric, metrics.names()));
      }
    }
    Randomisation test =
        Settings.checked(
            () -> new Randomisation(c.getInt("compare.trials"), c.getLong("compare.seed")));
    return new Comparisons(
        test, compared, each("compare.subsets", c, label -> Subset.of(label, subsets.lengths())));
  }

  private static <T> List<T> each(String key, Config c, Function<String, T> of) {
    return c.getStringList(key).stream()
        .map(name -> Settings.checked(() -> of.apply(name)))
        .toList();
  }

  private static int atLeast(int least, Config c, String key) {
    if (c.getInt(key) < least) {
      throw JobFailure.usage("%s must be at least %d, not %d".formatted(key, least, c.getInt(key)));
    }
    return c.getInt(key);
  }
}
