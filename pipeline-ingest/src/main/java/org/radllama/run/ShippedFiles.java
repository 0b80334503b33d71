package org.radllama.run;

import java.io.File;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkFiles;

/**
 * Files that spark-submit ships with the application: {@code shipped:NAME} is what {@code
 * --archives FILE#NAME} or {@code --files NAME} put beside this JVM, {@code shipped:.} the place of
 * all loose files.
 */
public final class ShippedFiles {
  private static final String SCHEME = "shipped:";

  private ShippedFiles() {}

  /** Whether a path is of this kind. */
  public static boolean names(String path) {
    return path.startsWith(SCHEME);
  }

  /**
   * The path in this JVM, as a {@code file:} URI, since a bare path may mean one on HDFS; other
   * paths stay as they are.
   *
   * @param hint what else the person who runs the job may do when nothing of this name is here
   * @throws JobFailure exit 3 when nothing of this name was shipped here
   */
  public static String resolve(String path, String hint) {
    return names(path)
        ? find(path)
            .orElseThrow(
                () ->
                    JobFailure.input(
                        "%s was not shipped to this machine: give spark-submit --archives FILE#%s or --files; %s"
                            .formatted(path, name(path), hint)))
        : path;
  }

  /** As {@link #resolve}, but empty when nothing of this name was shipped here. */
  static Optional<String> find(String path) {
    File here = new File(name(path));
    // YARN unpacks into the container's own directory, which Spark's driver does not look into.
    Stream<File> places =
        SparkEnv.get() == null
            ? Stream.of(here)
            : Stream.of(new File(SparkFiles.getRootDirectory(), name(path)), here);
    return places.filter(File::exists).findFirst().map(f -> "file:" + f.getAbsolutePath());
  }

  private static String name(String path) {
    return path.substring(SCHEME.length());
  }
}
