package org.radllama.train.cluster;

import java.io.File;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.radllama.ingest.run.JobFailure;

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
   * The path in this JVM; other paths stay as they are.
   *
   * @throws JobFailure exit 3 when nothing of this name was shipped here
   */
  public static String resolve(String path) {
    if (!names(path)) {
      return path;
    }
    String name = path.substring(SCHEME.length());
    // YARN unpacks into the container's own directory, which Spark's driver does not look into.
    return List.of(new File(SparkFiles.getRootDirectory(), name), new File(name)).stream()
        .filter(File::exists)
        .findFirst()
        .map(f -> f.getAbsoluteFile().toURI().getPath())
        .orElseThrow(
            () ->
                JobFailure.input(
                    "%s was not shipped to this machine: give spark-submit --archives FILE#%s or --files; a driver outside of a YARN cluster needs its own --base-model and cluster.executor-base-model = %s"
                        .formatted(path, name, path)));
  }
}
