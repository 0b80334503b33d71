package org.radllama.eval;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Findings in, impressions out; there are no references. {@code --help} lists the flags. */
public final class GenerateJob {
  private GenerateJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "generate",
        new GenerateFlags(),
        args,
        (context, flags) -> Generate.run(context, GenerateConfig.of(context.settings(), flags)));
  }
}
