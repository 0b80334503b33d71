package org.radllama.deploy.kubernetes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One call of {@code deploy/kubernetes/submit}, or of another script of the house. */
final class Submission {
  private final Process process;
  private final Path log;

  private Submission(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a script with these variables beside its own; what it prints goes to the log. */
  static Submission start(Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(new File("/dev/null"));
    return new Submission(builder.start(), log);
  }

  /** Waits for the end and returns the exit code. */
  int code() throws InterruptedException {
    if (!process.waitFor(200, TimeUnit.SECONDS)) {
      process.destroy();
      throw new IllegalStateException("still running after 200 s: " + said());
    }
    return process.exitValue();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** SIGTERM, as a scheduler sends it. */
  void terminate() {
    process.destroy();
  }

  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }
}
