package org.radllama.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.Jobs;
import org.radllama.deploy.LoggedProcess;
import org.radllama.deploy.WorkFolder;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.Json;

/**
 * The jobs on Kubernetes, submitted as a user does it, against fabric8's mock of an API server and
 * a kubelet that starts the image's entry point as processes: real drivers and executors, no
 * containers. Images, rights, quotas and scheduling are not tested here.
 */
class KubernetesTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final Path KUBERNETES = ROOT.resolve("deploy/kubernetes");
  private static final String IMAGE = "registry.example/radllama:test";

  private static final Duration PATIENCE = Duration.ofSeconds(200);

  /** Steps of so many micro-batches that every executor has work in each. */
  private static final List<String> ADAPTER =
      List.of(
          "--set=batch-size=16",
          "--set=micro-batch-tokens=200",
          "--set=max-steps=60",
          "--set=optimiser.learning-rate=1e-2",
          "--set=lora.dropout=0.1",
          "--set=checkpoint.every=5");

  @TempDir static Path folder;
  private static Path data;
  private static Path runs;
  private static ApiServer server;
  private static KubernetesClient client;
  private static FakeKubelet kubelet;
  private static int submissions;

  @BeforeAll
  static void ingest() throws Exception {
    data = Files.createDirectories(folder.resolve("data"));
    runs = Files.createDirectories(folder.resolve("runs"));
    new SyntheticCorpus(7).writeMimicCxr(data.resolve("mimic-cxr"), 250);
    server = new ApiServer();
    client = server.client();
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("radllama-s3")
                .withNamespace("radllama")
                .endMetadata()
                .addToData("access-key", "bm90LWEta2V5")
                .addToData("secret-key", "bm90LWEtc2VjcmV0")
                .build())
        .create();
    kubelet = new FakeKubelet(client, image(), Files.createDirectories(folder.resolve("pods")));
    LoggedProcess ingest = submit("ingest", List.of("--s3"), ingestFlags("dataset"));
    assertThat(ingest.await(PATIENCE)).as(() -> everythingSaid(ingest)).isZero();
    assertThat(runs.resolve("dataset/_SUCCESS")).exists();
  }

  @AfterAll
  static void stop() {
    if (kubelet != null) {
      kubelet.close();
      client.close();
      server.close();
    }
  }

  @Test
  void fromReportsToScores() throws Exception {
    base();
    stoppedInTheMiddle();
    resumedAndAnExecutorKilled();
    assertThat(Files.readAllBytes(runs.resolve("adapter/adapter/adapter_model.safetensors")))
        .isEqualTo(Files.readAllBytes(runs.resolve("local/adapter/adapter_model.safetensors")));
    evaluate();
    kubelet.awaitQuiet();
    assertRights();
  }

  /** The code of the driver, not spark-submit's, which is 0 whatever happened in the pod. */
  @Test
  void exitCodesComeBack() throws Exception {
    Path config = Files.writeString(folder.resolve("bad.conf"), "nonsense = 1");
    LoggedProcess bad =
        submit("ingest", List.of(), with(ingestFlags("bad"), "--config", config.toString()));
    LoggedProcess taken =
        submit(
            "ingest", List.of(), with(ingestFlags("dataset"), "--set=clean.min-findings-words=3"));
    assertThat(bad.await(PATIENCE)).as(() -> everythingSaid(bad)).isEqualTo(2);
    assertThat(bad.output()).contains("submit: the driver exited 2");
    assertThat(taken.await(PATIENCE)).as(() -> everythingSaid(taken)).isEqualTo(7);
    List<Pod> drivers = podsOf("ingest", "driver");
    assertThat(drivers.subList(1, 3))
        .allSatisfy(
            pod ->
                assertThat(client.resource(pod).get().getStatus().getPhase()).isEqualTo("Failed"));
    assertThat(drivers.stream().map(KubernetesTest::log))
        .anyMatch(log -> log.contains("radllama ingest: ") && log.contains("nonsense"));
  }

  @Test
  void podsAreWhatTheTemplatesAndSettingsSay() {
    Pod driver = podsOf("ingest", "driver").get(0);
    Pod executor = podsOf("ingest", "executor").get(0);
    assertThat(podsOf("ingest", "executor")).hasSizeGreaterThanOrEqualTo(1);
    assertThat(driver.getSpec().getServiceAccountName()).isEqualTo("radllama-driver");
    assertThat(executor.getSpec().getServiceAccountName()).isEqualTo("radllama-executor");
    assertThat(executor.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(driver.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(120);
    for (Pod pod : List.of(driver, executor)) {
      assertGuarded(pod);
      assertStorage(pod);
      Container container = pod.getSpec().getContainers().get(0);
      assertThat(container.getImage()).isEqualTo(IMAGE);
      assertThat(container.getResources().getLimits().get("memory").toString()).isEqualTo("1536Mi");
      assertThat(container.getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
      assertThat(pod.getSpec().getNodeSelector()).isEmpty();
      EnvVar key = variable(container, "AWS_ACCESS_KEY_ID");
      assertThat(key.getValueFrom().getSecretKeyRef().getName()).isEqualTo("radllama-s3");
      assertThat(key.getValueFrom().getSecretKeyRef().getKey()).isEqualTo("access-key");
    }
  }

  private static void assertGuarded(Pod pod) {
    assertThat(pod.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "radllama");
    assertThat(pod.getSpec().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSpec().getSecurityContext().getSeccompProfile().getType())
        .isEqualTo("RuntimeDefault");
    assertThat(pod.getSpec().getContainers()).hasSize(1);
    var context = pod.getSpec().getContainers().get(0).getSecurityContext();
    assertThat(context.getReadOnlyRootFilesystem()).isTrue();
    assertThat(context.getAllowPrivilegeEscalation()).isFalse();
    assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
  }

  private static void assertStorage(Pod pod) {
    Map<String, String> claims = new HashMap<>();
    pod.getSpec().getVolumes().stream()
        .filter(v -> v.getPersistentVolumeClaim() != null)
        .forEach(v -> claims.put(v.getName(), v.getPersistentVolumeClaim().getClaimName()));
    assertThat(claims).isEqualTo(Map.of("data", "radllama-data", "runs", "radllama-runs"));
    Map<String, String> mounts =
        pod.getSpec().getContainers().get(0).getVolumeMounts().stream()
            .collect(Collectors.toMap(m -> m.getName(), m -> m.getMountPath()));
    assertThat(mounts)
        .containsEntry("data", "/data")
        .containsEntry("runs", "/runs")
        .containsEntry("tmp", "/tmp")
        .containsEntry("work", "/work");
  }

  /** On this machine: a tokenizer and a small base, and the adapter to compare with. */
  private static void base() throws Exception {
    local(
        "tokenizer",
        "--dataset=" + runs.resolve("dataset"),
        "--run-id=tokenizer",
        "--vocab-size=400");
    local(
        "train",
        "--dataset=" + runs.resolve("dataset"),
        "--run-id=base",
        "--set=tokenizer=" + runs.resolve("tokenizer"),
        "--set=method=full",
        "--set=objective=report",
        "--set=model.hidden-size=32",
        "--set=model.intermediate-size=64",
        "--set=model.layers=2",
        "--set=model.heads=2",
        "--set=model.key-value-heads=1",
        "--set=batch-size=16",
        "--set=max-steps=3");
    List<String> flags = new ArrayList<>(ADAPTER);
    flags.add("--run-id=local");
    flags.add("--dataset=" + runs.resolve("dataset"));
    flags.add("--base-model=" + runs.resolve("base/model"));
    local("train", flags.toArray(String[]::new));
  }

  private static void local(String job, String... flags) throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("RADLLAMA_NO_BUILD", "1");
    environment.put("RADLLAMA_DRIVER_MEMORY", "512m");
    List<String> command =
        new ArrayList<>(List.of(ROOT.resolve("deploy/local/radllama").toString(), job));
    command.add("--out=" + runs);
    command.addAll(List.of(flags));
    LoggedProcess run = LoggedProcess.start(folder.resolve("local.log"), environment, command);
    assertThat(run.await(PATIENCE)).as(run::output).isZero();
  }

  private static List<String> trainFlags() {
    List<String> flags = new ArrayList<>(ADAPTER);
    flags.addAll(
        List.of(
            "--out",
            "/runs",
            "--run-id",
            "adapter",
            "--dataset",
            "/runs/dataset",
            "--resume",
            "--base-model",
            "/runs/base/model"));
    return flags;
  }

  private static long lines() throws IOException {
    Path metrics = WorkFolder.of(runs, "adapter", "metrics.jsonl");
    return Files.exists(metrics) ? Files.readAllLines(metrics).size() : 0;
  }

  private static void stoppedInTheMiddle() throws Exception {
    LoggedProcess train = submit("train", List.of("--gpu"), trainFlags());
    await(train, () -> lines() >= 7);
    train.terminate();
    assertThat(train.await(PATIENCE)).as(() -> everythingSaid(train)).isEqualTo(143);
    kubelet.awaitQuiet();
    Pod driver = podsOf("train", "driver").get(0);
    assertThat(client.resource(driver).get()).isNull();
    assertThat(runs.resolve("adapter")).doesNotExist();
    try (Stream<Path> checkpoints = Files.list(WorkFolder.of(runs, "adapter", "checkpoints"))) {
      assertThat(checkpoints).isNotEmpty();
    }
  }

  private static void resumedAndAnExecutorKilled() throws Exception {
    int before = podsOf("train", "executor").size();
    LoggedProcess train = submit("train", List.of("--gpu"), trainFlags());
    await(train, () -> podsOf("train", "executor").size() == before + 2);
    List<Pod> executors = podsOf("train", "executor").subList(before, before + 2);
    long stood = lines();
    await(train, () -> lines() >= stood + 3);
    long victim = kubelet.process(executors.get(0)).pid();
    long other = kubelet.process(executors.get(1)).pid();
    // While the other stands still, the step cannot end before the replacement has come.
    signal("STOP", other);
    try {
      signal("KILL", victim);
      await(train, () -> podsOf("train", "executor").size() == before + 3);
    } finally {
      signal("CONT", other);
    }
    assertThat(train.await(PATIENCE)).as(() -> everythingSaid(train)).isZero();
    assertThat(podsOf("train", "executor")).allSatisfy(KubernetesTest::assertHasAGpu);
    Container driver = podsOf("train", "driver").get(1).getSpec().getContainers().get(0);
    assertThat(driver.getResources().getLimits()).doesNotContainKey("nvidia.com/gpu");
    assertThat(driver.getArgs())
        .containsSubsequence(
            "driver",
            "--class",
            "org.radllama.train.TrainJob",
            "local:///opt/radllama/pipeline-train-job.jar",
            "--run-id",
            "adapter");
  }

  private static void assertHasAGpu(Pod pod) {
    assertGuarded(pod);
    assertStorage(pod);
    Container container = pod.getSpec().getContainers().get(0);
    assertThat(container.getResources().getLimits().get("nvidia.com/gpu").toString())
        .isEqualTo("1");
    assertThat(variable(container, "CUDA_DEVICE_ORDER").getValue()).isEqualTo("PCI_BUS_ID");
    assertThat(pod.getSpec().getNodeSelector()).isEqualTo(Map.of("nvidia.com/gpu.present", "true"));
    assertThat(pod.getSpec().getTolerations())
        .anySatisfy(
            toleration -> {
              assertThat(toleration.getKey()).isEqualTo("nvidia.com/gpu");
              assertThat(toleration.getOperator()).isEqualTo("Exists");
              assertThat(toleration.getEffect()).isEqualTo("NoSchedule");
            });
  }

  private static void evaluate() throws Exception {
    LoggedProcess eval =
        submit(
            "eval",
            List.of("--conf", "spark.executor.instances=1"),
            List.of(
                "--out",
                "/runs",
                "--run-id",
                "scores",
                "--dataset",
                "/runs/dataset",
                "--base-model",
                "/runs/base/model",
                "--adapter",
                "ours=/runs/adapter/adapter",
                "--baselines",
                "constant,lead",
                "--set",
                "generate.max-new-tokens=8"));
    assertThat(eval.await(PATIENCE)).as(() -> everythingSaid(eval)).isZero();
    JsonNode systems =
        Json.mapper().readTree(runs.resolve("scores/metrics.json").toFile()).path("systems");
    assertThat(systems.fieldNames()).toIterable().contains("ours", "constant", "lead");
  }

  /**
   * Nobody here refuses anything; but what was asked for is what the roles allow, no less and no
   * more. People may read logs besides.
   */
  private static void assertRights() throws IOException {
    assertThat(server.asked(ApiServer.DRIVER)).isEqualTo(Manifests.allowed("radllama-driver"));
    Set<String> submitter = Manifests.allowed("radllama-submitter");
    submitter.remove("get pods/log");
    assertThat(server.asked(ApiServer.SUBMITTER)).isEqualTo(submitter);
  }

  private static LoggedProcess submit(String job, List<String> options, List<String> flags)
      throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("RADLLAMA_MASTER", "k8s://" + server.address(ApiServer.SUBMITTER));
    environment.put("RADLLAMA_IMAGE", IMAGE);
    environment.put("KUBECONFIG", "/nonexistent");
    environment.put("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1");
    List<String> command = new ArrayList<>();
    command.add(KUBERNETES.resolve("submit").toString());
    command.addAll(
        List.of(
            "--driver-memory", "512m",
            "--executor-memory", "512m",
            "--conf", "spark.driver.memoryOverhead=1g",
            "--conf", "spark.executor.memoryOverhead=1g",
            "--conf", "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1",
            "--conf", "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1",
            "--conf", "spark.kubernetes.driver.master=" + server.address(ApiServer.DRIVER)));
    command.addAll(options);
    command.add(job);
    command.addAll(flags);
    Path log = folder.resolve("submit-" + submissions++ + ".log");
    return LoggedProcess.start(log, environment, command);
  }

  private static List<String> ingestFlags(String runId) {
    return List.of(
        "--out",
        "/runs",
        "--run-id",
        runId,
        "--mimic-cxr",
        "/data/mimic-cxr",
        "--split-file",
        "mimic-cxr=/data/mimic-cxr/mimic-cxr-2.0.0-split.csv.gz");
  }

  private static List<String> with(List<String> flags, String... more) {
    return Stream.concat(flags.stream(), Stream.of(more)).toList();
  }

  /** The files that the Dockerfile copies, and its variables. */
  private static PodProcess.Image image() throws IOException {
    Path radllama = Files.createDirectories(folder.resolve("image"));
    Files.createSymbolicLink(
        radllama.resolve("discover-gpus"), ROOT.resolve("deploy/gpu/discover-gpus"));
    for (String module : List.of("ingest", "train", "eval")) {
      Files.createSymbolicLink(
          radllama.resolve("pipeline-" + module + "-job.jar"), Jobs.jar(module));
    }
    Map<String, String> paths = new HashMap<>();
    paths.put("/opt/spark", ROOT.resolve("deploy/target/spark").toString());
    paths.put("/opt/radllama", radllama.toString());
    paths.put("/opt/java/openjdk", System.getProperty("java.home"));
    return new PodProcess.Image(
        KUBERNETES.resolve("entrypoint.sh"),
        paths,
        variables(Files.readString(KUBERNETES.resolve("Dockerfile"))),
        Map.of("radllama-data", data, "radllama-runs", runs));
  }

  private static Map<String, String> variables(String dockerfile) {
    Map<String, String> variables = new HashMap<>();
    Matcher lines = Pattern.compile("(?m)^ENV ((?:.*\\\\\\n)*.*)$").matcher(dockerfile);
    while (lines.find()) {
      for (String pair : lines.group(1).split("[\\s\\\\]+")) {
        variables.put(pair.replaceAll("=.*", ""), pair.replaceAll("^[^=]*=", ""));
      }
    }
    assertThat(variables)
        .containsKeys("JAVA_HOME", "SPARK_HOME", "OMP_NUM_THREADS", "DJL_CACHE_DIR");
    return variables;
  }

  private static List<Pod> podsOf(String job, String role) {
    return kubelet.pods().stream()
        .filter(p -> p.getMetadata().getName().startsWith("radllama-" + job + "-"))
        .filter(p -> role.equals(p.getMetadata().getLabels().get("spark-role")))
        .toList();
  }

  private static EnvVar variable(Container container, String name) {
    return container.getEnv().stream()
        .filter(v -> v.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no variable " + name));
  }

  private static String log(Pod pod) {
    try {
      return kubelet.log(pod);
    } catch (IOException e) {
      return "no log: " + e.getMessage();
    }
  }

  private static String everythingSaid(LoggedProcess submission) {
    StringBuilder said = new StringBuilder(submission.output());
    for (Pod pod : kubelet.pods()) {
      said.append("\n--- ").append(pod.getMetadata().getName()).append('\n').append(log(pod));
    }
    return said.toString();
  }

  private static void await(LoggedProcess submission, Callable<Boolean> condition)
      throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.call()) {
      assertThat(submission.isAlive() && System.nanoTime() < until)
          .as(() -> everythingSaid(submission))
          .isTrue();
      Thread.sleep(50);
    }
  }

  private static void signal(String name, long pid) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start().waitFor();
  }
}
