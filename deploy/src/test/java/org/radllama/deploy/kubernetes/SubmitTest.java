package org.radllama.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.LoggedProcess;

/**
 * What {@code deploy/kubernetes/submit} makes of its arguments and of what it is told, with
 * stand-ins for spark-submit and kubectl. {@link KubernetesTest} has the real ones.
 */
class SubmitTest {
  private static final List<String> INGEST = List.of("ingest", "--out", "/runs");

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void standIns() throws IOException {
    script(
        "spark/bin/spark-submit",
        """
        printf '%s\\n' "$@" >>"$CALLS"
        echo . >>"$CALLS"
        if [ "$1" = --kill ]; then exit 0; fi
        printf "$SEEN" >>"$RADLLAMA_SUBMIT_LOG"
        if [ -n "$LASTS" ]; then exec sleep "$LASTS"; fi
        exit "$RC"
        """);
    script("bin/kubectl", "if [ -z \"$POD\" ]; then exit 1; fi\nprintf '%s' \"$POD\"\n");
    environment.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
    environment.put("SPARK_HOME", folder.resolve("spark").toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("RADLLAMA_MASTER", "k8s://https://api.example:6443");
    environment.put("RADLLAMA_IMAGE", "registry.example/radllama:1");
    environment.put("CALLS", folder.resolve("calls").toString());
    environment.putAll(Map.of("RC", "0", "SEEN", "", "POD", "", "LASTS", ""));
  }

  private void script(String name, String body) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/usr/bin/env bash\n" + body);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LoggedProcess submit(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Manifests.FOLDER.resolve("submit").toString());
    command.addAll(arguments);
    return LoggedProcess.start(folder.resolve("log"), environment, command);
  }

  private void assertEnds(int code, String said) throws Exception {
    LoggedProcess submission = submit(INGEST);
    assertThat(submission.await(PATIENCE)).as(submission::output).isEqualTo(code);
    assertThat(submission.output()).contains(said);
  }

  /** Sidecars end as they like. */
  @Test
  void theCodeIsThatOfSparksContainer() throws Exception {
    environment.put(
        "SEEN",
        "phase: Failed\\n"
            + " container name: mesh\\n exit code: 0\\n"
            + " container name: spark-kubernetes-driver\\n exit code: 3\\n"
            + " container name: shipper\\n exit code: 9\\n");
    assertEnds(3, "the driver exited 3");
  }

  @Test
  void withoutAWordInTheLogThePodIsAsked() throws Exception {
    environment.put("POD", "6");
    assertEnds(6, "the driver exited 6");
  }

  @Test
  void anUnknownEndIsNoSuccess() throws Exception {
    assertEnds(137, "how the driver ended is not known");
    environment.put("RC", "1");
    assertEnds(5, "spark-submit exited 1 and no driver ended");
    environment.put("POD", "11");
    assertEnds(8, "executors kept failing");
  }

  @Test
  void mistakesAreSaidBeforeAnythingIsSubmitted() throws Exception {
    LoggedProcess unknown = submit(List.of("--gpu", "traim"));
    assertThat(unknown.await(PATIENCE)).isEqualTo(2);
    assertThat(unknown.output()).contains("unknown job: traim");
    LoggedProcess master = submit(List.of("--master=local", "train"));
    assertThat(master.await(PATIENCE)).isEqualTo(2);
    assertThat(master.output()).contains("--master is set here");
    environment.put("RADLLAMA_MASTER", "https://api.example:6443");
    assertEnds(2, "not 'https://api.example:6443'");
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  @Test
  void theCallersSettingsComeLastAndTheJobsFlagsAreItsOwn() throws Exception {
    environment.put("POD", "0");
    Path config = Files.writeString(folder.resolve("mine.conf"), "epochs = 1");
    List<String> arguments =
        List.of(
            "--conf=spark.task.resource.gpu.amount=2",
            "--gpu",
            "train",
            "--set",
            "a=b c",
            "--gpu",
            "--config",
            config.toString());
    assertThat(submit(arguments).await(PATIENCE)).isZero();
    List<String> call = Files.readAllLines(folder.resolve("calls"));
    assertThat(call)
        .containsSubsequence(
            "--deploy-mode",
            "cluster",
            "spark.kubernetes.executor.podTemplateFile="
                + Manifests.FOLDER.resolve("pods/executor-gpu.yaml"),
            "spark.task.resource.gpu.amount=1",
            "spark.task.resource.gpu.amount=2",
            "--class",
            "org.radllama.train.TrainJob",
            "local:///opt/radllama/pipeline-train-job.jar",
            "--set",
            "a=b c",
            "--gpu",
            "--config",
            "/opt/spark/conf/settings.conf");
  }

  /** Before there is a pod, spark-submit ends first: afterwards no pod can come any more. */
  @Test
  void stoppedEarlyItLeavesNothingBehind() throws Exception {
    environment.put("LASTS", "100");
    LoggedProcess submission = submit(INGEST);
    Path calls = folder.resolve("calls");
    while (!Files.exists(calls) || !Files.readString(calls).endsWith(".\n")) {
      assertThat(submission.isAlive()).as(submission::output).isTrue();
      Thread.sleep(20);
    }
    submission.terminate();
    assertThat(submission.await(PATIENCE)).as(submission::output).isEqualTo(143);
    List<String> called = Files.readAllLines(calls);
    List<String> kill = called.subList(called.indexOf("."), called.size());
    assertThat(kill.get(1)).isEqualTo("--kill");
    assertThat(kill.get(2)).matches("radllama:radllama-ingest-[0-9-]+-driver");
  }
}
