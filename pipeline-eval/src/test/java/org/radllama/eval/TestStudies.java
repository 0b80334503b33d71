package org.radllama.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.dataset.InstructionExample;
import org.radllama.run.JobContext;
import org.radllama.run.Settings;

/** Runs the study's job in this JVM, without Spark. */
public final class TestStudies {
  private TestStudies() {}

  /** A directory with a dataset and predictions of systems that write texts of their own. */
  public static Path dataset(Path dir, List<InstructionExample> test) throws IOException {
    return HandMadeDataset.write(dir, HandMadeDataset.examples("r", 3, 9), test);
  }

  /** Reports made up for the purpose. */
  public static List<InstructionExample> examples(int n) {
    return HandMadeDataset.examples("t", n, 4);
  }

  /** Predictions of a system: the report's findings under a head of the system's own. */
  public static Path predictions(Path file, List<InstructionExample> test, String head)
      throws IOException {
    List<Map<String, String>> lines = new ArrayList<>();
    test.forEach(e -> lines.add(Map.of("id", e.id(), "prediction", head + e.impression())));
    HandMadeDataset.lines(file, lines);
    return file;
  }

  /** Where the run was published. */
  public static Path run(Object... args) throws IOException {
    StudyFlags flags = new StudyFlags();
    try {
      new CmdLineParser(flags)
          .parseArgument(Arrays.stream(args).map(Object::toString).toArray(String[]::new));
    } catch (CmdLineException e) {
      throw new IllegalArgumentException(e);
    }
    Settings settings = Settings.load("study", Optional.empty(), flags.set, flags.overlay());
    JobContext context = JobContext.of("study", settings, null);
    return Path.of(Study.run(context, StudyConfig.of(settings, flags)).orElse("/nothing"));
  }
}
