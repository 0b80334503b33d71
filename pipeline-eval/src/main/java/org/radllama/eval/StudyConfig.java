package org.radllama.eval;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.radllama.dataset.Split;
import org.radllama.eval.score.Bootstrap;
import org.radllama.eval.study.Strata;
import org.radllama.eval.study.StudyPlan;
import org.radllama.run.JobFailure;
import org.radllama.run.RunInput;
import org.radllama.run.Settings;

/**
 * What a study's job does, checked.
 *
 * @param output where and under which name it is published
 * @param task one of the two
 * @param settings the effective configuration, for the manifest
 */
public record StudyConfig(EvalConfig.Output output, Task task, Settings settings) {
  /** What the radiologist's impression is called. */
  public static final String REFERENCE = "reference";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  /** Forms out, or ratings in. */
  public sealed interface Task {
    /** The job's name in manifests. */
    String job();

    /** Everything that is read. */
    List<RunInput> inputs();
  }

  /**
   * Forms out.
   *
   * @param dataset an ingest run
   * @param split of it
   * @param eval a run of eval, if its predictions are judged
   * @param predictions files by system name
   * @param systems only these; empty: all
   * @param reference whether the radiologist's impression is judged
   * @param reports how many are drawn
   * @param strata what the draw keeps the shares of
   * @param seed of the draw
   * @param plan who judges what
   */
  public record Pack(
      String dataset,
      Split split,
      Optional<String> eval,
      Map<String, String> predictions,
      List<String> systems,
      boolean reference,
      int reports,
      Strata strata,
      long seed,
      StudyPlan plan)
      implements Task {
    @Override
    public String job() {
      return "study-pack";
    }

    @Override
    public List<RunInput> inputs() {
      List<RunInput> inputs = new ArrayList<>(List.of(new RunInput("dataset", dataset)));
      eval.ifPresent(run -> inputs.add(new RunInput("eval", run)));
      predictions.forEach((name, file) -> inputs.add(new RunInput("predictions " + name, file)));
      return inputs;
    }
  }

  /**
   * Ratings in.
   *
   * @param key the key file
   * @param returned files that forms exported
   * @param bootstrap of the intervals
   */
  public record Score(String key, List<String> returned, Bootstrap bootstrap) implements Task {
    @Override
    public String job() {
      return "study-score";
    }

    @Override
    public List<RunInput> inputs() {
      List<RunInput> inputs = new ArrayList<>(List.of(new RunInput("key", key)));
      returned.forEach(file -> inputs.add(new RunInput("returned", file)));
      return inputs;
    }
  }

  /**
   * Reads settings and flags.
   *
   * @throws JobFailure exit 2 for values that cannot be
   */
  public static StudyConfig of(Settings settings, StudyFlags flags) {
    if (flags.showText) {
      throw JobFailure.usage("--show-text: forms show reports anyhow, results never do");
    }
    String command = flags.command.size() == 1 ? flags.command.get(0) : "";
    Task task =
        switch (command) {
          case "pack" -> pack(settings.config().getConfig("pack"), flags);
          case "score" -> score(settings.config().getConfig("score"), flags);
          default ->
              throw JobFailure.usage(
                  "wants one of pack and score before its flags, not %s".formatted(flags.command));
        };
    return new StudyConfig(
        new EvalConfig.Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
        task,
        settings);
  }

  private static Pack pack(Config c, StudyFlags flags) {
    refuse("pack", "--key", flags.key != null);
    refuse("pack", "--returned", !flags.returned.isEmpty());
    if (flags.dataset == null) {
      throw JobFailure.usage("pack needs --dataset RUN_DIR, whose findings the forms show");
    }
    if (flags.eval == null && flags.predictions.isEmpty()) {
      throw JobFailure.usage(
          "pack needs systems to judge: --eval RUN_DIR or --predictions NAME=FILE");
    }
    List<String> readers = names("pack.readers (--readers)", c.getStringList("readers"));
    if (readers.isEmpty()) {
      throw JobFailure.usage("pack needs readers: --readers A,B or setting pack.readers");
    }
    if (c.getInt("reports") < 1) {
      throw JobFailure.usage("pack.reports must be at least 1, not " + c.getInt("reports"));
    }
    Map<String, String> predictions = predictions(flags.predictions);
    boolean reference = c.getBoolean("reference");
    if (reference && predictions.containsKey(REFERENCE)) {
      throw JobFailure.usage(
          "--predictions: %s is the radiologist's impression (pack.reference); choose another NAME"
              .formatted(REFERENCE));
    }
    return new Pack(
        flags.dataset,
        Settings.checked(() -> Split.of(c.getString("split"))),
        Optional.ofNullable(flags.eval),
        predictions,
        names("pack.systems (--systems)", c.getStringList("systems")),
        reference,
        c.getInt("reports"),
        Settings.checked(
            () ->
                new Strata(
                    c.getStringList("strata").stream().map(Strata.By::of).distinct().toList(),
                    c.getIntList("lengths"))),
        c.getLong("seed"),
        Settings.checked(
            () -> new StudyPlan(readers, c.getDouble("repeats"), c.getDouble("overlap"))));
  }

  private static Score score(Config c, StudyFlags flags) {
    refuse("score", "--dataset", flags.dataset != null);
    refuse("score", "--eval", flags.eval != null);
    refuse("score", "--predictions", !flags.predictions.isEmpty());
    if (flags.key == null) {
      throw JobFailure.usage("score needs --key FILE, the key.json of the packed study");
    }
    if (flags.returned.isEmpty()) {
      throw JobFailure.usage("score needs --returned FILE, what a form exported");
    }
    return new Score(
        flags.key,
        List.copyOf(flags.returned),
        Settings.checked(
            () ->
                new Bootstrap(
                    c.getInt("bootstrap.samples"),
                    c.getDouble("bootstrap.confidence"),
                    c.getLong("bootstrap.seed"))));
  }

  private static void refuse(String command, String flag, boolean given) {
    if (given) {
      throw JobFailure.usage("%s does not take %s".formatted(command, flag));
    }
  }

  private static Map<String, String> predictions(List<String> pairs) {
    Map<String, String> named = new TreeMap<>();
    for (String pair : pairs) {
      int at = pair.indexOf('=');
      if (at < 0 || at == pair.length() - 1 || !pair.substring(0, at).matches(NAME)) {
        throw JobFailure.usage(
            "--predictions wants NAME=PATH, NAME of letters, digits and . _ -, not " + pair);
      }
      if (named.put(pair.substring(0, at), pair.substring(at + 1)) != null) {
        throw JobFailure.usage("--predictions: two are named " + pair.substring(0, at));
      }
    }
    return named;
  }

  private static List<String> names(String what, List<String> names) {
    for (String name : names) {
      if (!name.matches(NAME)) {
        throw JobFailure.usage(
            "%s: a name must be letters, digits and . _ -, not %s".formatted(what, name));
      }
    }
    if (new HashSet<>(names).size() != names.size()) {
      throw JobFailure.usage("%s names one twice: %s".formatted(what, names));
    }
    return List.copyOf(names);
  }
}
