package org.radllama.run;

import java.util.List;
import java.util.Optional;

/**
 * A file or directory that a job reads.
 *
 * @param name what it is to the job, such as {@code openi-csv}
 * @param path a Hadoop path
 * @param sparing whether single files below it may be unreadable: the job counts them, and its
 *     identity notes them as such; otherwise one stops the job
 * @param read what was read of it, by a job that reads a small part; empty for all of it
 */
public record RunInput(
    String name, String path, boolean sparing, Optional<List<Digests.Entry>> read) {
  public RunInput {
    read = read.map(List::copyOf);
  }

  /** An input of which every file must be readable. */
  public RunInput(String name, String path) {
    this(name, path, false);
  }

  /** An input that is read whole. */
  public RunInput(String name, String path, boolean sparing) {
    this(name, path, sparing, Optional.empty());
  }

  /** An input of which only these files were read; sorted by path. */
  public static RunInput partly(String name, String path, List<Digests.Entry> read) {
    return new RunInput(name, path, false, Optional.of(read));
  }
}
