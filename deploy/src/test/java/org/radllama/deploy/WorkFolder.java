package org.radllama.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where an unfinished run works, for tests that look at one from outside. */
public final class WorkFolder {
  private WorkFolder() {}

  /**
   * A file or folder of an unfinished run, in the directory of the owner that came last.
   *
   * @param runs {@code --out}
   * @return a path where there is nothing if there is none
   */
  public static Path of(Path runs, String runId, String child) throws IOException {
    Path all = runs.resolve("_work").resolve(runId);
    if (!Files.isDirectory(all)) {
      return all.resolve("none").resolve(child);
    }
    try (Stream<Path> owners = Files.list(all)) {
      return owners
          .filter(owner -> !owner.getFileName().toString().startsWith("_"))
          .max((a, b) -> Long.compare(a.toFile().lastModified(), b.toFile().lastModified()))
          .orElse(all.resolve("none"))
          .resolve(child);
    }
  }
}
