package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which package may know which, over the source of all modules. */
class LayersTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  /** Qualified names too, in code and in imports; comments are no dependency. */
  private static final Pattern NAME =
      Pattern.compile("\\borg\\.radllama((?:\\.[a-z0-9]+)+)(?:\\.[A-Z]|\\.\\*|;)");

  private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|//[^\n]*");

  /** Where exit codes are decided: the ground's own package and the jobs' roots. */
  private static final Set<String> WITH_EXIT_CODES = Set.of("run", "ingest", "train", "eval");

  private static final Map<String, Set<String>> USED = new TreeMap<>();
  private static final Set<String> WITH_JOB_FAILURE = new TreeSet<>();

  @BeforeAll
  static void readSources() throws IOException {
    for (String module : List.of("pipeline-ingest", "pipeline-train", "pipeline-eval")) {
      Path sources = ROOT.resolve(module).resolve("src/main/java/org/radllama");
      try (Stream<Path> files = Files.walk(sources)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String name = sources.relativize(file.getParent()).toString().replace('/', '.');
          read(name, file.getFileName().toString(), Files.readString(file));
        }
      }
    }
    assertThat(USED).hasSizeGreaterThan(30).containsKeys("run", "ingest.read", "train.llama");
  }

  private static void read(String name, String file, String source) {
    String code = COMMENT.matcher(source).replaceAll("");
    Set<String> used = USED.computeIfAbsent(name, n -> new TreeSet<>());
    Matcher names = NAME.matcher(code);
    while (names.find()) {
      String other = names.group(1).substring(1);
      if (!other.equals(name)) {
        used.add(other);
      }
    }
    if (code.contains("JobFailure") && !WITH_EXIT_CODES.contains(name)) {
      WITH_JOB_FAILURE.add(name + "." + file);
    }
  }

  @Test
  void noPackagesKnowEachOtherInACircle() {
    Map<String, Set<String>> left = new TreeMap<>();
    USED.forEach((name, used) -> left.put(name, new TreeSet<>(used)));
    left.values().forEach(used -> used.retainAll(USED.keySet()));
    // Whatever knows no other that is left is in no circle.
    List<String> leaves = new ArrayList<>();
    do {
      leaves.clear();
      left.forEach((name, used) -> leaves.addAll(used.isEmpty() ? List.of(name) : List.of()));
      leaves.forEach(left::remove);
      left.values().forEach(used -> used.removeAll(leaves));
    } while (!leaves.isEmpty());
    assertThat(left).as("packages in circles, and those that know them").isEmpty();
  }

  @Test
  void jobsKnowOnlyThoseBeforeThem() {
    USED.forEach(
        (name, used) -> {
          if (name.startsWith("ingest")) {
            assertThat(used).as(name).noneMatch(u -> u.startsWith("train") || u.startsWith("eval"));
          } else if (name.startsWith("train")) {
            assertThat(used).as(name).noneMatch(u -> u.startsWith("eval"));
          }
        });
  }

  @Test
  void exitCodesAreDecidedInRunAndAtTheJobsRoots() {
    assertThat(WITH_JOB_FAILURE).isEmpty();
  }
}
