package org.radllama.ingest.run;

/**
 * A file or directory that a job reads.
 *
 * @param name what it is to the job, such as {@code openi-csv}
 * @param path a Hadoop path
 * @param sparing whether single files below it may be unreadable: the job counts them, and its
 *     identity notes them as such; otherwise one stops the job
 */
public record RunInput(String name, String path, boolean sparing) {
  /** An input of which every file must be readable. */
  public RunInput(String name, String path) {
    this(name, path, false);
  }
}
