package org.radllama.eval;

import java.util.List;
import java.util.Optional;
import org.radllama.run.JobFailure;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;

/**
 * What a gate checks, and by which limits.
 *
 * @param runs the directory of published runs
 * @param run the run-id to check
 * @param isDataset whether it is a run of ingest, not of eval
 * @param dataset the limits for a dataset
 * @param scores which scores of an evaluation decide
 * @param threads runs read at a time
 */
public record GateConfig(
    String runs, String run, boolean isDataset, Dataset dataset, Scores scores, int threads) {
  /**
   * The limits for a dataset: the least reports, and the largest shares.
   *
   * @param leakedShare of test reports with a neighbour in train
   */
  public record Dataset(
      int minRead, int minTrain, int minTest, double rejectedShare, double leakedShare) {}

  /**
   * Which scores decide.
   *
   * @param compareWith the run-id to compare with; empty for the evaluation before
   * @param closesOnOtherTestSet whether a gate closes where earlier evaluations scored other
   *     reports only
   */
  public record Scores(
      String system,
      String metric,
      String subset,
      Optional<String> compareWith,
      boolean closesOnOtherTestSet) {}

  /**
   * Reads settings and flags.
   *
   * @throws JobFailure exit 2, naming everything that is wrong
   */
  public static GateConfig of(Settings settings, GateFlags flags) {
    SettingReader all = new SettingReader(settings);
    all.require(flags.runs != null, "--runs DIR is missing: the directory of published runs");
    all.require(
        (flags.dataset == null) != (flags.evaluation == null),
        "give one of --dataset RUN_ID and --evaluation RUN_ID");
    all.require(
        flags.out == null && flags.runId == null,
        "a gate publishes nothing: --out and --run-id have no meaning here");
    SettingReader of = all.at("dataset");
    Dataset dataset =
        new Dataset(
            of.atLeast(0, "min-read"),
            of.atLeast(0, "min-train"),
            of.atLeast(0, "min-test"),
            of.share("max-rejected-share"),
            of.share("max-leaked-share"));
    SettingReader deciding = all.at("scores");
    Scores scores =
        new Scores(
            deciding.text("system"),
            deciding.text("metric"),
            deciding.text("subset"),
            deciding.optionalText("compare-with"),
            deciding.oneOf("other-test-set", List.of("pass", "close")).equals("close"));
    int threads = all.atLeast(1, "threads");
    all.report();
    boolean isDataset = flags.dataset != null;
    return new GateConfig(
        flags.runs,
        isDataset ? flags.dataset : flags.evaluation,
        isDataset,
        dataset,
        scores,
        threads);
  }
}
