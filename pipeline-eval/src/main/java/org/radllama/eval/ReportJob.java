package org.radllama.eval;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Published runs in, one page over all of them out. {@code --help} lists the flags. */
public final class ReportJob {
  private ReportJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "report",
        new ReportFlags(),
        args,
        (context, flags) -> RunsReport.run(context, ReportConfig.of(context.settings(), flags)));
  }
}
