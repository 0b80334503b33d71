package org.radllama.deploy.yarn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command that runs beside the test, its output in a file. */
final class Program {
  private static final Pattern APPLICATION = Pattern.compile("application_\\d+_\\d+");

  private final Process process;
  private final Path log;

  private Program(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static Program start(Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    // The Spark under test is the one that was built, whatever this machine has.
    builder.environment().keySet().removeIf(k -> k.startsWith("SPARK_") || k.startsWith("YARN_"));
    builder.environment().putAll(environment);
    return new Program(builder.start(), log);
  }

  /** Its exit code; it is killed, with what it started, when it takes too long. */
  int await(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("not done within " + patience + ", see " + log);
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, to the command alone. */
  void terminate() {
    process.destroy();
  }

  String output() throws IOException {
    return Files.readString(log);
  }

  /** The id of the application that it submitted, empty so far. */
  String application() throws IOException {
    Matcher found = APPLICATION.matcher(output());
    return found.find() ? found.group() : "";
  }
}
