package org.radllama.eval;

import java.util.List;
import java.util.Optional;
import org.radllama.run.JobFailure;
import org.radllama.run.SettingReader;
import org.radllama.run.Settings;

/**
 * What a report over runs does, checked.
 *
 * @param runs the directory of published runs
 * @param out where the report is published
 * @param runId its name, or empty to derive it from what the runs are
 * @param dryRun whether to print what is found and stop
 * @param metrics the scores of the report; empty for all
 * @param subsets their subsets; empty for all
 * @param flagMetrics the scores that are held against the run before
 * @param flagSubsets their subsets
 * @param compare two run-ids, or none
 * @param mostRuns the most runs on the page
 * @param changes consecutive pairs of each job on the page
 * @param threads runs read at a time
 * @param settings the effective configuration
 */
public record ReportConfig(
    String runs,
    String out,
    Optional<String> runId,
    boolean dryRun,
    List<String> metrics,
    List<String> subsets,
    List<String> flagMetrics,
    List<String> flagSubsets,
    List<String> compare,
    int mostRuns,
    int changes,
    int threads,
    Settings settings) {
  /**
   * Reads settings and flags.
   *
   * @throws JobFailure exit 2, naming everything that cannot be
   */
  public static ReportConfig of(Settings settings, ReportFlags flags) {
    SettingReader r = new SettingReader(settings);
    r.require(flags.runs != null, "--runs DIR is missing: the directory of published runs");
    List<String> metrics = r.texts("metrics");
    List<String> subsets = r.texts("subsets");
    List<String> compare = r.texts("compare");
    r.require(
        compare.isEmpty() || compare.size() == 2,
        "compare needs two run-ids, A,B, not %s",
        compare);
    ReportConfig config =
        new ReportConfig(
            flags.runs,
            flags.out,
            Optional.ofNullable(flags.runId),
            flags.dryRun,
            metrics,
            subsets,
            among(r, "flag.metrics", "metrics", metrics),
            among(r, "flag.subsets", "subsets", subsets),
            compare,
            r.atLeast(2, "page.most-runs"),
            r.atLeast(0, "page.changes"),
            r.atLeast(1, "threads"),
            settings);
    r.report();
    return config;
  }

  private static List<String> among(SettingReader r, String key, String all, List<String> known) {
    List<String> chosen = r.texts(key);
    for (String name : chosen) {
      r.require(
          known.isEmpty() || known.contains(name),
          "%s: %s is not among %s %s",
          key,
          name,
          all,
          known);
    }
    return chosen;
  }
}
