package org.radllama.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * SHA-256 of inputs. A large file is read once by a process, however often it is asked for, as
 * long as it is the same file unchanged: on this machine by inode and the time that the system
 * itself notes for each change, elsewhere by the server's tag of its content, or its length and
 * time. Many files are read by Spark's tasks.
 */
public final class InputDigests {
  /** In place of the digest of what cannot be read. */
  static final String UNREADABLE = "unreadable";

  /** Smaller files are read again: to ask for their times costs as much. */
  private static final long KEPT = 1 << 20;

  /** The problem of a file that is not there for a task, or not as it was listed. */
  private static final String ELSEWHERE = "not found as it was listed";

  private static final int FILES_PER_TASK = 500;

  private static final Map<Version, String> KNOWN = new ConcurrentHashMap<>();

  private InputDigests() {}

  /** What a file is known by; null where nothing tells whether it was changed. */
  private record Version(String path, long bytes, Object state) {
    static Version of(FileSystem fs, Path path) throws IOException {
      FileStatus status = fs.getFileStatus(path);
      Object state =
          LocalFiles.isLocal(fs)
              ? LocalFiles.state(path)
              : status instanceof EtagSource tagged && tagged.getEtag() != null
                  ? tagged.getEtag()
                  : (Object) status.getModificationTime();
      String whole = fs.makeQualified(path).toString();
      return state == null ? null : new Version(whole, status.getLen(), state);
    }
  }

  /**
   * A file that is to be read.
   *
   * @param relative its path below the input's root
   * @param path its whole path
   */
  record Unread(String relative, String path, long bytes) implements Serializable {}

  /** A file that was read, or why it could not be. */
  record Read(String relative, String path, long bytes, String sha256, String problem)
      implements Serializable {
    /**
     * The entry of a listing.
     *
     * @param sparing whether what could not be read gets one that says so
     * @param cause what stopped the reading; null where that is not known
     * @throws JobFailure exit 3, naming the file, unless sparing
     */
    Digests.Entry entry(boolean sparing, IOException cause) {
      if (problem.isEmpty() || sparing) {
        return new Digests.Entry(relative, bytes, problem.isEmpty() ? sha256 : UNREADABLE);
      }
      throw new JobFailure(
          ExitCode.INPUT,
          "cannot read %s (%s)".formatted(new Path(path).toUri().getPath(), problem),
          cause);
    }
  }

  /** Digest of a file's content. */
  public static String sha256(FileSystem fs, Path path) throws IOException {
    return sha256(fs, path, fs.getFileStatus(path).getLen());
  }

  static String sha256(FileSystem fs, Path path, long bytes) throws IOException {
    if (bytes < KEPT) {
      return Digests.sha256(fs, path);
    }
    Version version = Version.of(fs, path);
    String known = version == null ? null : KNOWN.get(version);
    if (known == null) {
      known = Digests.sha256(fs, path);
      // A change in between is one that the digest may have seen in part.
      if (version != null && version.equals(Version.of(fs, path))) {
        KNOWN.put(version, known);
      }
    }
    return known;
  }

  /**
   * What Spark's tasks read of many files, in the order given.
   *
   * @param session is asked for when there is something to read
   * @throws JobFailure exit 3, naming a file that a task does not find, or finds with another
   *     length, where the driver listed it
   */
  static List<Read> inTasks(List<Unread> files, Supplier<SparkSession> session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.get().sparkContext());
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    LongAccumulator done = spark.sc().longAccumulator("files digested");
    int tasks = Math.max(files.size() / FILES_PER_TASK, spark.defaultParallelism());
    List<Read> all =
        AccumulatorProgress.watch(
            done,
            Progress.start("digest", files.size(), "files"),
            () ->
                spark
                    .parallelize(new ArrayList<>(files), Math.min(tasks, files.size()))
                    .map(
                        file -> {
                          done.add(1);
                          return read(file, hadoop.value());
                        })
                    .collect());
    all.forEach(read -> requireSeen(read, spark.hadoopConfiguration()));
    return all;
  }

  /** Whatever is read of such files later would be missing as well, or be another's. */
  private static void requireSeen(Read read, Configuration hadoop) {
    Path path = new Path(read.path());
    try {
      if (read.problem().equals(ELSEWHERE)
          && path.getFileSystem(hadoop).getFileStatus(path).getLen() == read.bytes()) {
        throw new JobFailure(
            ExitCode.INPUT,
            "executors do not see %s as the driver does: what is read from a cluster must lie in a file system that all its hosts share, under one path"
                .formatted(path.toUri().getPath()));
      }
    } catch (IOException e) {
      // Gone since it was listed: as any other that cannot be read.
    }
  }

  private static Read read(Unread file, Configuration hadoop) {
    try {
      Path path = new Path(file.path());
      FileSystem fs = path.getFileSystem(hadoop);
      if (LocalFiles.isLocal(fs) && Files.size(LocalFiles.path(path)) != file.bytes()) {
        return new Read(file.relative(), file.path(), file.bytes(), UNREADABLE, ELSEWHERE);
      }
      String sha256 = Digests.sha256(fs, path);
      return new Read(file.relative(), file.path(), file.bytes(), sha256, "");
    } catch (FileNotFoundException | NoSuchFileException e) {
      return new Read(file.relative(), file.path(), file.bytes(), UNREADABLE, ELSEWHERE);
    } catch (IOException e) {
      return new Read(
          file.relative(), file.path(), file.bytes(), UNREADABLE, e.getClass().getSimpleName());
    }
  }
}
