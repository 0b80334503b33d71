package org.radllama.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStores;

/**
 * Renames within a file system, in one step where it has such, which never move into a directory
 * that is there already, as those of FileSystem do. Paths may leave out the file system's host, as
 * in {@code hdfs:///runs}.
 */
public final class Renaming {
  /** Object stores and what else renames a folder by copying; Azure's may, as it is set up. */
  private static final Set<String> COPYING =
      Set.of(
          "s3", "s3n", "gs", "wasb", "wasbs", "abfs", "abfss", "oss", "cos", "cosn", "obs", "bos",
          "tos", "swift", "hf", "http", "https", "ftp", "sftp");

  private Renaming() {}

  /**
   * Gives a file or directory a name that nothing has.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException when something has it
   */
  public static void rename(FileSystem fs, Path from, Path to) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      if (Files.exists(LocalFiles.path(to), LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(to.toString());
      }
      move(from, to); // Hadoop's own copies from one file system to another, and may be killed.
    } else {
      rename(fs, from, to, Options.Rename.NONE);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(LocalFiles.path(from), LocalFiles.path(to), StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new JobFailure(
          ExitCode.USAGE,
          "%s and %s are on different file systems, so a run cannot be moved there in one step: --out and _work in it must be on the same one"
              .formatted(from.toUri().getPath(), to.getParent().toUri().getPath()),
          e);
    } catch (NoSuchFileException e) {
      throw (IOException) new FileNotFoundException(from.toString()).initCause(e);
    } catch (DirectoryNotEmptyException | java.nio.file.FileAlreadyExistsException e) {
      throw (IOException) new FileAlreadyExistsException(to.toString()).initCause(e);
    }
  }

  /**
   * Refuses a place on a store that renames by copying.
   *
   * @param out where runs are to be published
   * @throws JobFailure exit 2 naming the scheme
   */
  static void requireAtomic(String out, Configuration hadoop) {
    String given = new Path(out).toUri().getScheme();
    String scheme = given == null ? FileSystem.getDefaultUri(hadoop).getScheme() : given;
    if (COPYING.contains(scheme)) {
      throw JobFailure.usage(
          "--out is on %s://, which renames a folder file by file, so that a run could be published in part: runs are written to HDFS, to a local or shared folder, to S3 by s3a://, or to Google Cloud Storage by gs:// with Google's connector (docs/object-stores.md)"
              .formatted(scheme));
    }
  }

  /**
   * Where a folder is made that is to be there whole or not at all: beside its place, or where
   * nothing has a name before it is whole, in it; then the file that makes it whole comes last.
   */
  public static Path draft(FileSystem fs, Path place) {
    return ObjectStores.of(fs).isPresent()
        ? place
        : new Path(place.getParent(), "_" + place.getName());
  }

  /** Gives a folder that was made as a draft its place, in which nothing else is kept. */
  public static void settle(FileSystem fs, Path draft, Path place) throws IOException {
    if (!draft.equals(place)) {
      fs.delete(place, true);
      rename(fs, draft, place);
    }
  }

  /** Puts a file in another's place, if there is one: a reader sees the old or the new, whole. */
  public static void replace(FileSystem fs, Path from, Path to) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      move(from, to); // Hadoop's own deletes the old file first.
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
