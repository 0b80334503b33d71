package org.radllama.eval;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Forms for readers out, their ratings in. {@code --help} lists the flags. */
public final class StudyJob {
  private StudyJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "study",
        new StudyFlags(),
        args,
        (context, flags) -> Study.run(context, StudyConfig.of(context.settings(), flags)));
  }
}
