package org.radllama.eval;

import org.kohsuke.args4j.Option;
import org.radllama.run.JobFlags;

/** The flags of gate. */
public final class GateFlags extends JobFlags {
  @Option(
      name = "--runs",
      metaVar = "DIR",
      usage = "the directory of published runs, --out of the other jobs (required)")
  public String runs;

  @Option(name = "--dataset", metaVar = "RUN_ID", usage = "a run of ingest in it, to be checked")
  public String dataset;

  @Option(name = "--evaluation", metaVar = "RUN_ID", usage = "a run of eval in it, to be checked")
  public String evaluation;

  @Override
  protected String example() {
    return "gate --runs runs --evaluation eval --out runs";
  }
}
