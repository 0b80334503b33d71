package org.radllama.deploy;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** The jobs as {@code deploy/jobs.sh} lists them for all scripts, and their packaged jars. */
public final class Jobs {
  private static final Pattern LINE =
      Pattern.compile("(?m)^([a-z]+) +(ingest|train|eval) +(org\\.radllama\\.\\S+) +(\\S.*)$");

  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  private Jobs() {}

  /**
   * One line of the list.
   *
   * @param command what users call it
   * @param module whose jar it is in
   * @param mainClass its main
   * @param purpose what it does, in a line
   */
  public record Job(String command, String module, String mainClass, String purpose) {}

  /** All of them. */
  public static List<Job> all() throws IOException {
    return LINE.matcher(Files.readString(ROOT.resolve("deploy/jobs.sh")))
        .results()
        .map(line -> new Job(line.group(1), line.group(2), line.group(3), line.group(4)))
        .toList();
  }

  /**
   * The newest single jar of a module. Without it a test fails, or is skipped in a build without.
   */
  public static Path jar(String module) throws IOException {
    Path target = ROOT.resolve("pipeline-" + module + "/target");
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "*-job.jar")) {
        found.forEach(jars::add);
      }
    }
    if (jars.isEmpty()) {
      String missing = "no " + target + "/pipeline-" + module + "-*-job.jar: mvn package makes it";
      assumeFalse(Boolean.getBoolean("radllama.job.jar.skip"), "skipped: " + missing);
      throw new AssertionError(missing);
    }
    return Collections.max(
        jars, Comparator.comparingLong((Path jar) -> jar.toFile().lastModified()));
  }
}
