package org.radllama.train;

import org.apache.spark.SparkUserAppException;
import org.radllama.run.JobMain;

/** Makes a tokenizer, for a base model made from scratch. */
public final class TokenizerJob {
  private TokenizerJob() {}

  /** Runs as a process; see {@link org.radllama.run.ExitCode}. */
  public static void main(String[] args) throws SparkUserAppException {
    JobMain.run("tokenizer", new TokenizerFlags(), args, Tokenizer::run);
  }
}
