package org.radllama.deploy.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.LoggedProcess;

/**
 * The DAGs of deploy/airflow, by their own tests in src/test/python. Needs python3 3.8 or later.
 */
class AirflowDagTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));

  private static final String TESTS = ROOT.resolve("deploy/src/test/python").toString();

  @TempDir Path scratch;

  @BeforeAll
  static void needsPython() {
    boolean there =
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
    assumeTrue(there, "no python3 on the path (apt-get install python3): the DAGs are not tested");
  }

  @Test
  void everyFileCompiles() throws Exception {
    List<String> command = new ArrayList<>(List.of("python3", "-W", "error", "-m", "py_compile"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("deploy/airflow"))) {
      files.map(Path::toString).filter(f -> f.endsWith(".py")).sorted().forEach(command::add);
    }
    assertThat(command).hasSizeGreaterThan(8);
    assertThat(run(command, Map.of("PYTHONPYCACHEPREFIX", scratch.toString()))).isEmpty();
  }

  @Test
  void theTestsOfTheDagsPass() throws Exception {
    String output =
        run(
            List.of("python3", "-m", "unittest", "discover", "-s", TESTS, "-t", TESTS),
            Map.of(
                "PYTHONDONTWRITEBYTECODE",
                "1",
                "PYTHONPATH",
                ROOT.resolve("deploy/airflow").toString(),
                "RADLLAMA_ROOT",
                ROOT.toString()));
    Matcher ran = Pattern.compile("Ran (\\d+) tests in .*\\s+OK\\s*$").matcher(output);
    assertThat(ran.find()).as(output).isTrue();
    assertThat(Integer.parseInt(ran.group(1))).isGreaterThanOrEqualTo(14);
  }

  private String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    LoggedProcess process = LoggedProcess.start(scratch.resolve("output"), environment, command);
    assertThat(process.await(Duration.ofMinutes(5))).as(process.output()).isZero();
    return process.output();
  }
}
