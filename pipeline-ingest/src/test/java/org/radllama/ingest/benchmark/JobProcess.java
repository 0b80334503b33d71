package org.radllama.ingest.benchmark;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.launcher.JavaModuleOptions;

/** A job in a process of its own, so that all that it costs is measured. */
public final class JobProcess {
  private JobProcess() {}

  /**
   * A JVM as spark-submit starts it, with the master and the libraries that this one was given.
   *
   * @param heap as of {@code -Xmx}
   * @param options more of the JVM's
   */
  public static List<String> command(Class<?> job, String heap, List<String> options)
      throws URISyntaxException {
    SparkConf conf = new SparkConf();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.addAll(options);
    command.add("-Dspark.master=" + conf.get("spark.master", "local[2]"));
    command.add("-Dspark.ui.enabled=false");
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            System.getProperty("java.class.path"),
            Path.of(job.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
            conf.get("spark.jars", "").replace("file://", "").replace(",", File.pathSeparator)));
    command.add(job.getName());
    return command;
  }
}
