package org.radllama.eval;

import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of report. */
public final class ReportFlags extends JobFlags {
  @Option(
      name = "--runs",
      metaVar = "DIR",
      usage = "the directory of published runs, --out of the other jobs (required)")
  public String runs;

  @Option(
      name = "--compare",
      metaVar = "A,B",
      usage = "two run-ids whose differences are shown first (setting compare)")
  public String compare;

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (compare != null) {
      overlay.put("compare", list(compare));
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "report --runs runs --out runs";
  }
}
