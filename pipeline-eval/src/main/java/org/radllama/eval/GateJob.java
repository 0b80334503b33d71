package org.radllama.eval;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** A published run in, an exit code out: may it go on? {@code --help} lists the flags. */
public final class GateJob {
  private GateJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "gate",
        new GateFlags(),
        args,
        (context, flags) ->
            context
                .console()
                .result(Gate.check(context.hadoop(), GateConfig.of(context.settings(), flags))));
  }
}
