package org.radllama.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.dataset.Split;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.study.Strata;
import org.radllama.eval.study.StudyPlan;
import org.radllama.run.JobFailure;
import org.radllama.run.RunInput;
import org.radllama.run.SettingReader;
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
   * @throws JobFailure exit 2, naming everything that cannot be
   */
  public static StudyConfig of(Settings settings, StudyFlags flags) {
    SettingReader r = new SettingReader(settings);
    r.require(!flags.showText, "--show-text: forms always show reports, results never do");
    Task task =
        switch (flags.command.size() == 1 ? flags.command.get(0) : "") {
          case "pack" -> pack(r.at("pack"), flags);
          case "score" -> score(r.at("score"), flags);
          default -> {
            r.problem("needs pack or score before its flags, not %s".formatted(flags.command));
            yield null;
          }
        };
    r.report();
    return new StudyConfig(
        new EvalConfig.Output(flags.out, Optional.ofNullable(flags.runId), flags.dryRun),
        task,
        settings);
  }

  private static Pack pack(SettingReader r, StudyFlags flags) {
    refuse(r, "pack", "--key", flags.key != null);
    refuse(r, "pack", "--returned", !flags.returned.isEmpty());
    r.require(flags.dataset != null, "pack needs --dataset RUN_DIR, whose findings the forms show");
    r.require(
        flags.eval != null || !flags.predictions.isEmpty(),
        "pack needs systems to judge: --eval RUN_DIR or --predictions NAME=FILE");
    List<String> readers = SystemNames.distinct(r, "pack.readers (--readers)", r.texts("readers"));
    r.require(!readers.isEmpty(), "pack needs readers: --readers A,B or setting pack.readers");
    Map<String, String> predictions = SystemNames.paths(r, "--predictions", flags.predictions);
    boolean reference = r.flag("reference");
    r.require(
        !reference || !predictions.containsKey(REFERENCE),
        "--predictions: %s is the radiologist's impression (pack.reference); choose another NAME",
        REFERENCE);
    List<Strata.By> by = r.eachOf("strata", Strata.By.class).stream().distinct().toList();
    return new Pack(
        flags.dataset,
        r.made(() -> Split.of(r.text("split")), null),
        Optional.ofNullable(flags.eval),
        predictions,
        SystemNames.distinct(r, "pack.systems (--systems)", r.texts("systems")),
        reference,
        r.atLeast(1, "reports"),
        r.made(() -> new Strata(by, r.integers("lengths")), null),
        r.longNumber("seed"),
        r.made(() -> new StudyPlan(readers, r.number("repeats"), r.number("overlap")), null));
  }

  private static Score score(SettingReader r, StudyFlags flags) {
    refuse(r, "score", "--dataset", flags.dataset != null);
    refuse(r, "score", "--eval", flags.eval != null);
    refuse(r, "score", "--predictions", !flags.predictions.isEmpty());
    r.require(flags.key != null, "score needs --key FILE, key.json of the study");
    r.require(!flags.returned.isEmpty(), "score needs --returned FILE, the export of a form");
    return new Score(
        flags.key, List.copyOf(flags.returned), EvalConfig.bootstrap(r.at("bootstrap")));
  }

  private static void refuse(SettingReader r, String command, String flag, boolean given) {
    r.require(!given, "%s does not take %s", command, flag);
  }
}
