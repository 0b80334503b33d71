package org.radllama.train;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Writes an adapter in the forms that other programs serve. */
public final class ExportJob {
  private ExportJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode} for its exit codes. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run("export", new ExportFlags(), args, Export::run);
  }
}
