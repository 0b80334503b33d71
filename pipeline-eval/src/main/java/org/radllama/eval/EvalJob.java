package org.radllama.eval;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Systems in, scores and a report out. {@code --help} lists the flags. */
public final class EvalJob {
  private EvalJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "eval",
        new EvalFlags(),
        args,
        (context, flags) -> Eval.run(context, EvalConfig.of(context.settings(), flags)));
  }
}
