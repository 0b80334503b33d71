package org.radllama.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * Renames within a file system, in one step where it has such, which never move into a directory
 * that is there already, as those of FileSystem do. Paths may leave out the file system's host, as
 * in {@code hdfs:///runs}.
 */
public final class Renaming {
  private Renaming() {}

  /**
   * Gives a file or directory a name that nothing has.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException when something has it
   */
  public static void rename(FileSystem fs, Path from, Path to) throws IOException {
    rename(fs, from, to, Options.Rename.NONE);
  }

  /** Puts a file in another's place, if there is one: a reader sees the old or the new, whole. */
  public static void replace(FileSystem fs, Path from, Path to) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      // Hadoop's own deletes the old file first.
      Files.move(LocalFiles.path(from), LocalFiles.path(to), StandardCopyOption.ATOMIC_MOVE);
    } else {
      rename(fs, from, to, Options.Rename.OVERWRITE);
    }
  }

  private static void rename(FileSystem fs, Path from, Path to, Options.Rename how)
      throws IOException {
    FileContext.getFileContext(fs.getUri(), fs.getConf())
        .rename(fs.makeQualified(from), fs.makeQualified(to), how);
  }
}
