package org.radllama.deploy.airflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.deploy.LoggedProcess;
import org.radllama.installed.Installed;

/**
 * The DAGs in real Airflows, by {@code deploy/airflow/check}, where it installed them: in the
 * folder that the environment variable {@code RADLLAMA_AIRFLOW} names, or in the user's cache.
 */
class AirflowTest {
  private static final Path CHECK =
      Path.of(System.getProperty("radllama.root"), "deploy/airflow/check");

  private static final Duration PATIENCE = Duration.ofMinutes(40);

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(strings = {"2", "3"})
  void theDagsRunInAirflow(String line) throws Exception {
    Path environment = environments().resolve(line);
    assumeTrue(
        Files.exists(environment.resolve("complete")),
        "no Airflow " + line + " in " + environment + " (deploy/airflow/check installs it)");
    LoggedProcess check =
        LoggedProcess.start(
            scratch.resolve("output"), Map.of(), List.of(CHECK.toString(), "--installed", line));
    assertThat(check.await(PATIENCE)).as(check.output()).isZero();
    assertThat(check.output()).contains("OK").endsWith("all is well with Airflow " + line + "\n");
  }

  private static Path environments() {
    return Installed.folder("RADLLAMA_AIRFLOW", "airflow");
  }
}
