package org.radllama.publish;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** A published run in, the same elsewhere out. {@code --help} lists the flags. */
public final class PublishJob {
  private PublishJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run("publish", new PublishFlags(), args, Publish::run);
  }
}
