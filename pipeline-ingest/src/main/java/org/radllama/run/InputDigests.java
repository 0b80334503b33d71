package org.radllama.run;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * SHA-256 of inputs. A large file is read once by a process, however often it is asked for and as
 * long as it has the same length and time of change; many files are read by Spark's tasks.
 */
public final class InputDigests {
  /** In place of the digest of what cannot be read. */
  static final String UNREADABLE = "unreadable";

  /** Smaller files are read again: to ask for their times costs as much. */
  private static final long KEPT = 1 << 20;

  private static final int FILES_PER_TASK = 500;

  private static final Map<Version, String> KNOWN = new ConcurrentHashMap<>();

  private InputDigests() {}

  private record Version(String path, long bytes, long changed) {}

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
    FileStatus status = fs.getFileStatus(path);
    Version version =
        new Version(
            fs.makeQualified(path).toString(), status.getLen(), status.getModificationTime());
    String known = KNOWN.get(version);
    if (known == null) {
      known = Digests.sha256(fs, path);
      KNOWN.put(version, known);
    }
    return known;
  }

  /**
   * What Spark's tasks read of many files, in the order given.
   *
   * @param session is asked for when there is something to read
   */
  static List<Read> inTasks(List<Unread> files, Supplier<SparkSession> session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.get().sparkContext());
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    LongAccumulator done = spark.sc().longAccumulator("files digested");
    int tasks = Math.max(files.size() / FILES_PER_TASK, spark.defaultParallelism());
    return AccumulatorProgress.watch(
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
  }

  private static Read read(Unread file, Configuration hadoop) {
    try {
      Path path = new Path(file.path());
      String sha256 = Digests.sha256(path.getFileSystem(hadoop), path);
      return new Read(file.relative(), file.path(), file.bytes(), sha256, "");
    } catch (IOException e) {
      return new Read(
          file.relative(), file.path(), file.bytes(), UNREADABLE, e.getClass().getSimpleName());
    }
  }
}
