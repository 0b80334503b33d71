package org.radllama.ingest;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Reports in, an instruction dataset out. {@code --help} lists the flags. */
public final class IngestJob {
  private IngestJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run(
        "ingest",
        new IngestFlags(),
        args,
        (context, flags) -> Ingest.run(context, IngestConfig.of(context.settings(), flags)));
  }
}
