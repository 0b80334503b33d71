package org.radllama.run;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/** Renames that never move into a directory that is there already, as those of FileSystem do. */
public final class Renaming {
  private Renaming() {}

  /**
   * Renames within a file system, in one step where it has such.
   *
   * @param from a path, which may leave out the file system's host, as in {@code hdfs:///runs}
   * @param to likewise
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException without {@link
   *     Options.Rename#OVERWRITE}, when there is something under the new name
   */
  public static void rename(
      FileSystem fs, Configuration hadoop, Path from, Path to, Options.Rename how)
      throws IOException {
    FileContext.getFileContext(fs.getUri(), hadoop)
        .rename(fs.makeQualified(from), fs.makeQualified(to), how);
  }
}
