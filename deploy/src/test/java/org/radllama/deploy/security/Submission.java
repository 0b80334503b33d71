package org.radllama.deploy.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.deploy.LoggedProcess;

/**
 * Submits packaged jobs to the packaged Spark as a user does, in processes of their own, with every
 * log at DEBUG and the event log on. All that a process leaves is below one folder.
 */
final class Submission {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path folder;
  private final Map<String, String> environment;
  private final List<String> settings;

  /**
   * Submissions that leave what they leave below a folder.
   *
   * @param settings Spark's, each {@code key=value}
   */
  Submission(Path folder, Map<String, String> environment, List<String> settings)
      throws IOException {
    this.folder = folder;
    this.environment = environment;
    this.settings = settings;
    for (String name : List.of("events", "spark-local", "tmp", "conf")) {
      Files.createDirectories(folder.resolve(name));
    }
    Path conf = ROOT.resolve("conf");
    Files.copy(conf.resolve("spark-defaults.conf"), folder.resolve("conf/spark-defaults.conf"));
    String quiet = Files.readString(conf.resolve("log4j2.properties"));
    String loud =
        quiet
            .replace("rootLogger.level = warn", "rootLogger.level = debug")
            .replace("logger.radllama.level = info", "logger.radllama.level = debug");
    Files.writeString(folder.resolve("conf/log4j2.properties"), loud);
  }

  /** Whether the jobs and Spark are packaged. */
  static boolean possible() throws IOException {
    return Files.isExecutable(ROOT.resolve("deploy/target/spark/bin/spark-submit"))
        && Files.isDirectory(ROOT.resolve("pipeline-eval/target/lib"))
        && !jars("pipeline-eval/target").isEmpty();
  }

  /** Where standard output and errors of a submission go. */
  Path printed(String name) {
    return folder.resolve(name + ".printed");
  }

  /** Runs a job to its end; its exit code. */
  int run(String name, String mainClass, String... args) throws Exception {
    return start(name, List.of(), mainClass, args).await(PATIENCE);
  }

  /** Starts a job. */
  LoggedProcess start(String name, List<String> more, String mainClass, String... args)
      throws IOException {
    Path module = ROOT.resolve("pipeline-eval/target");
    List<String> command = new ArrayList<>();
    command.add(ROOT.resolve("deploy/target/spark/bin/spark-submit").toString());
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    command.add("--driver-java-options");
    command.add(
        "-XX:TieredStopAtLevel=1 -Dorg.bytedeco.javacpp.maxphysicalbytes=4g -Djava.io.tmpdir="
            + folder.resolve("tmp"));
    command.addAll(List.of("--driver-class-path", ROOT + "/deploy/target/test-classes"));
    List<String> conf = new ArrayList<>(settings);
    conf.add("spark.eventLog.enabled=true");
    conf.add("spark.eventLog.dir=" + folder.resolve("events").toUri());
    conf.addAll(more);
    conf.forEach(setting -> command.addAll(List.of("--conf", setting)));
    command.addAll(List.of("--jars", String.join(",", jars("pipeline-eval/target/lib"))));
    command.addAll(List.of("--class", mainClass, jars(ROOT.relativize(module).toString()).get(0)));
    command.addAll(List.of(args));
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    all.put("OMP_NUM_THREADS", "1");
    all.put("SPARK_LOCAL_IP", "127.0.0.1");
    all.put("SPARK_LOCAL_DIRS", folder.resolve("spark-local").toString());
    all.put("SPARK_CONF_DIR", folder.resolve("conf").toString());
    return LoggedProcess.start(printed(name), all, command);
  }

  private static List<String> jars(String of) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(of))) {
      return files
          .map(Path::toString)
          .filter(file -> file.matches(".*/(pipeline-eval-[^/]*(?<!-job)|lib/[^/]*)\\.jar"))
          .sorted()
          .collect(Collectors.toList());
    }
  }
}
