package org.radllama.train;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Trains a LoRA adapter, or a whole small model, on an instruction dataset. */
public final class TrainJob {
  private TrainJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode} for its exit codes. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run("train", new TrainFlags(), args, Train::run);
  }
}
