package org.radllama.deploy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that runs beside the test; what it prints goes to a file. */
public final class LoggedProcess {
  private final Process process;
  private final Path log;

  private LoggedProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts a command with these variables beside the test's own, in the log's folder. */
  public static LoggedProcess start(Path log, Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(log.getParent().toFile());
    // The Spark under test is the one that was built, whatever this machine has.
    builder.environment().keySet().removeIf(name -> name.matches("(SPARK|YARN)_.*"));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(new File("/dev/null"));
    return new LoggedProcess(builder.start(), log);
  }

  /** Its exit code; it is killed, with what it started, when it takes too long. */
  public int await(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("not done within " + patience + ": " + output());
    }
    return process.exitValue();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM to the command alone, as a scheduler sends it. */
  public void terminate() {
    process.destroy();
  }

  /** What it printed so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
