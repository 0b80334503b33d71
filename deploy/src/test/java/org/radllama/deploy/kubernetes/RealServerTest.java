package org.radllama.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.LoggedProcess;
import org.radllama.installed.Installed;

/**
 * The manifests and {@code submit} on a real API server, by {@code deploy/kubernetes/check}, where
 * it built one: in the folder that the environment variable {@code RADLLAMA_KUBERNETES} names, or
 * in the user's cache. {@link KubernetesTest} has a mock of one, on every machine.
 */
class RealServerTest {
  private static final Path CHECK =
      Path.of(System.getProperty("radllama.root"), "deploy/kubernetes/check");

  private static final Duration PATIENCE = Duration.ofMinutes(30);

  @TempDir Path scratch;

  @Test
  void manifestsAndSubmissionsWorkOnARealServer() throws Exception {
    Path server = servers().resolve("bin/kube-apiserver");
    assumeTrue(
        Files.exists(server),
        "no " + server + " (deploy/kubernetes/check builds it): a mock of an API server alone");
    LoggedProcess check =
        LoggedProcess.start(
            scratch.resolve("output"), Map.of(), List.of(CHECK.toString(), "--installed"));
    assertThat(check.await(PATIENCE)).as(check.output()).isZero();
    assertThat(check.output()).contains("OK").endsWith("all is well on Kubernetes\n");
  }

  private static Path servers() {
    return Installed.folder("RADLLAMA_KUBERNETES", "kubernetes");
  }
}
