package org.radllama.eval;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Optional;
import org.radllama.run.JobFailure;
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
   * @throws JobFailure exit 2 for values that cannot be
   */
  public static ReportConfig of(Settings settings, ReportFlags flags) {
    if (flags.runs == null) {
      throw JobFailure.usage("--runs DIR is missing: the directory of published runs");
    }
    Config c = settings.config();
    List<String> metrics = c.getStringList("metrics");
    List<String> subsets = c.getStringList("subsets");
    List<String> compare = c.getStringList("compare");
    if (!compare.isEmpty() && compare.size() != 2) {
      throw JobFailure.usage("compare wants two run-ids, A,B, not %s".formatted(compare));
    }
    return new ReportConfig(
        flags.runs,
        flags.out,
        Optional.ofNullable(flags.runId),
        flags.dryRun,
        metrics,
        subsets,
        among(c, "flag.metrics", "metrics", metrics),
        among(c, "flag.subsets", "subsets", subsets),
        compare,
        atLeast(2, c, "page.most-runs"),
        atLeast(0, c, "page.changes"),
        atLeast(1, c, "threads"),
        settings);
  }

  private static List<String> among(Config c, String key, String all, List<String> known) {
    List<String> chosen = c.getStringList(key);
    for (String name : chosen) {
      if (!known.isEmpty() && !known.contains(name)) {
        throw JobFailure.usage("%s: %s is not among %s %s".formatted(key, name, all, known));
      }
    }
    return chosen;
  }

  private static int atLeast(int least, Config c, String key) {
    if (c.getInt(key) < least) {
      throw JobFailure.usage("%s must be at least %d, not %d".formatted(key, least, c.getInt(key)));
    }
    return c.getInt(key);
  }
}
