package org.radllama.deploy.yarn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.YarnApplicationState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.Jobs;
import org.radllama.deploy.LoggedProcess;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * Ingest, train and eval by {@code deploy/yarn/submit}: one jar each, in cluster mode, from HDFS to
 * HDFS, with {@code deploy/yarn/spark-defaults.conf} and {@code gpu.conf}. What differs from a
 * user's cluster: sizes, one node, and GPUs that are only counted, so the engine computes on the
 * CPU.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class YarnTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final Path SPARK = ROOT.resolve("deploy/target/spark");
  private static final Path SUBMIT = ROOT.resolve("deploy/yarn/submit");
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** A heap that Spark takes, and a compiler that short runs gain from. */
  private static final String HEAP = "640m";

  private static final String SMALL_JVM = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  private static final int STEPS = 120;

  /** So long after its last sign of life a run may be taken over. */
  private static final int STALE_SECONDS = 8;

  private static final List<String> TRAINING =
      List.of(
          "--dataset",
          "/runs/dataset",
          "--base-model",
          "hdfs:///runs/base/model",
          "--run-id",
          "adapter",
          "--resume");

  @TempDir static Path folder;
  private static MiniHadoop hadoop;
  private static FileSystem hdfs;

  @BeforeAll
  static void begin() throws Exception {
    Jobs.jar("eval");
    assertThat(SPARK.resolve("bin/spark-submit")).isExecutable();
    hadoop = MiniHadoop.start(folder);
    hdfs = hadoop.fileSystem();
    SyntheticCorpus corpus = new SyntheticCorpus(7);
    corpus.writeMimicCxr(folder.resolve("corpora/mimic-cxr"), 150);
    corpus.writeOpenI(folder.resolve("corpora/openi"), 40);
    upload(folder.resolve("corpora"), "/");
    hdfs.mkdirs(path("/apps"));
    for (String module : List.of("ingest", "train", "eval")) {
      upload(Jobs.jar(module), "/apps");
    }
    Files.writeString(
        Path.of(config()),
        String.format(
            Locale.ROOT,
            """
        max-steps = %d
        epochs = 1000
        batch-size = 16
        max-length = 160
        micro-batch-tokens = 640
        lora { targets = [q_proj, v_proj, up_proj] }
        optimiser { learning-rate = 5e-3 }
        checkpoint { every = 5 }
        run { stale-after = %d seconds }
        """,
            STEPS,
            STALE_SECONDS));
  }

  @AfterAll
  static void end() {
    if (hadoop != null) {
      hadoop.close();
    }
  }

  @Test
  @Order(1)
  void ingestReadsAndWritesHdfs() throws Exception {
    LoggedProcess ingest = submit("ingest", List.of(), ingestFlags("hdfs:///corpora"));
    assertThat(ingest.await(PATIENCE)).as(ingest.output()).isZero();
    JsonNode manifest = json("/runs/dataset/manifest.json");
    assertThat(manifest.path("run_id").asText()).isEqualTo("dataset");
    assertThat(hdfs.exists(path("/runs/dataset/_SUCCESS"))).isTrue();
    assertThat(hdfs.exists(path("/runs/_work/dataset.lease"))).isFalse();
    assertThat(hadoop.report(application(ingest)).getFinalApplicationStatus())
        .isEqualTo(FinalApplicationStatus.SUCCEEDED);
  }

  /**
   * An executor is killed in the middle, then the wrapper is told to end, as a scheduler does,
   * which kills the application, and the same command is given again when the dead run's lease is
   * stale. What comes out has the bytes of an undisturbed run on one machine.
   */
  @Test
  @Order(2)
  void trainingSurvivesAKilledExecutorAndGoesOnWhenItsApplicationWasKilled() throws Exception {
    makeBase();
    LoggedProcess local = local("train", "TrainJob", training("hdfs:///local", "file:" + config()));
    assertThat(local.await(PATIENCE)).as(local.output()).isZero();

    LoggedProcess first = submit("train", gpus(), training("hdfs:///runs", config()));
    until(first, () -> checkpoints() > 0);
    String application = application(first);
    assertThat(
            hadoop
                .report(application)
                .getApplicationResourceUsageReport()
                .getUsedResources()
                .getResourceValue("yarn.io/gpu"))
        .isEqualTo(2);
    List<ProcessHandle> executors = MiniHadoop.executors(application);
    assertThat(executors).hasSize(2);
    new ProcessBuilder("kill", "-KILL", String.valueOf(executors.get(0).pid())).start().waitFor();
    // Driver and two executors had one container each; the fourth replaces the dead one's.
    until(first, () -> hadoop.containers(application).size() > 3);
    until(first, () -> engines(application) > 2);
    first.terminate();
    assertThat(first.await(PATIENCE)).as(first.output()).isEqualTo(143);
    String log = hadoop.driverLog(application);
    assertThat(log)
        .contains("Spark security: every setting is on", ", GPU 0: engine ready")
        .doesNotContain("a defect");
    assertThat(hadoop.report(application).getYarnApplicationState())
        .isEqualTo(YarnApplicationState.KILLED);
    assertThat(hdfs.exists(path("/runs/adapter"))).isFalse();
    Thread.sleep(STALE_SECONDS * 1000L);

    LoggedProcess second = submit("train", gpus(), training("hdfs:///runs", config()));
    assertThat(second.await(PATIENCE)).as(second.output()).isZero();
    assertThat(hadoop.driverLog(application(second))).contains("resuming after step");
    Map<String, String> adapter = files("/runs/adapter/adapter");
    assertThat(adapter).containsKey("adapter_model.safetensors");
    assertThat(adapter).isEqualTo(files("/local/adapter/adapter"));
    assertThat(json("/runs/adapter/manifest.json").at("/training/steps").asInt()).isEqualTo(STEPS);
  }

  @Test
  @Order(3)
  void evalScoresTheAdapterBesideTheBaselines() throws Exception {
    LoggedProcess eval =
        submit(
            "eval",
            List.of("--num-executors", "2"),
            List.of(
                "--dataset=/runs/dataset",
                "--base-model=hdfs:///runs/base/model",
                "--adapter=lora=hdfs:///runs/adapter/adapter",
                "--baselines=constant,lead",
                "--set=generate.max-new-tokens=12",
                "--out=hdfs:///runs",
                "--run-id=scores"));
    assertThat(eval.await(PATIENCE)).as(eval.output()).isZero();
    String metrics = json("/runs/scores/metrics.json").toString();
    assertThat(metrics).contains("\"lora\"", "\"constant\"", "\"lead\"", "rougeL");
    assertThat(hdfs.getFileStatus(path("/runs/scores/report.html")).getLen()).isPositive();
  }

  /** spark-submit itself exits with 1 whatever the job ended with. */
  @Test
  @Order(4)
  void theWrapperExitsWithTheJobsOwnCode() throws Exception {
    Path bad = Files.writeString(folder.resolve("bad.conf"), "no-such-setting = 1\n");
    Map<LoggedProcess, Integer> expected = new LinkedHashMap<>();
    expected.put(submit("train", List.of(), with("--config", bad.toString())), 2);
    expected.put(submit("ingest", List.of(), ingestFlags("hdfs:///no-such-folder")), 3);
    expected.put(
        submit("ingest", List.of(), and(ingestFlags("hdfs:///corpora"), "--set=split.seed=2")), 7);
    expected.put(submit("ingest", List.of(), ingestFlags("hdfs:///corpora")), 0);
    expected.put(submit("train", List.of(), List.of("--help")), 0);
    for (Map.Entry<LoggedProcess, Integer> each : expected.entrySet()) {
      int code = each.getKey().await(PATIENCE);
      assertThat(code).as(each.getKey().output()).isEqualTo(each.getValue());
    }
  }

  /** Before anything is submitted, and long before Hadoop itself would give up. */
  @Test
  @Order(5)
  void aClusterThatIsNotThereIsSaidAtOnce() throws Exception {
    Map<String, String> elsewhere = new HashMap<>(environment());
    Path empty = Files.createDirectory(folder.resolve("no-conf"));
    elsewhere.put("HADOOP_CONF_DIR", empty.toString());
    List<String> command = List.of(SUBMIT.toString(), "ingest", "--help");
    LoggedProcess mistyped = LoggedProcess.start(log("mistyped"), elsewhere, command);
    assertThat(mistyped.await(PATIENCE)).as(mistyped.output()).isEqualTo(2);
    assertThat(mistyped.output()).contains("no yarn-site.xml in");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(
        empty.resolve("yarn-site.xml"),
        "<configuration><property><name>yarn.resourcemanager.address</name><value>127.0.0.1:"
            + port
            + "</value></property></configuration>");
    LoggedProcess unreachable = LoggedProcess.start(log("unreachable"), elsewhere, command);
    assertThat(unreachable.await(Duration.ofMinutes(1))).as(unreachable.output()).isEqualTo(8);
    assertThat(unreachable.output()).contains("Connection refused", "does not answer");
    LoggedProcess stopped = LoggedProcess.start(log("stopped"), elsewhere, command);
    Thread.sleep(1000);
    stopped.terminate();
    assertThat(stopped.await(Duration.ofSeconds(20))).as(stopped.output()).isEqualTo(143);
  }

  private static void makeBase() throws Exception {
    LoggedProcess tokenizer =
        local(
            "train",
            "TokenizerJob",
            with("--dataset=/runs/dataset", "--vocab-size=400", "--out=/runs", "--run-id=tokens"));
    assertThat(tokenizer.await(PATIENCE)).as(tokenizer.output()).isZero();
    LoggedProcess base =
        local(
            "train",
            "TrainJob",
            with(
                "--dataset=/runs/dataset",
                "--set=method=full",
                "--set=objective=report",
                "--set=tokenizer=/runs/tokens",
                "--set=model.hidden-size=64",
                "--set=model.intermediate-size=160",
                "--set=model.layers=2",
                "--set=max-steps=4",
                "--set=batch-size=16",
                "--out=hdfs:///runs",
                "--run-id=base"));
    assertThat(base.await(PATIENCE)).as(base.output()).isZero();
  }

  private static List<String> ingestFlags(String corpora) {
    return List.of(
        "--mimic-cxr",
        corpora + "/mimic-cxr",
        "--split-file",
        "mimic-cxr=" + corpora + "/mimic-cxr/mimic-cxr-2.0.0-split.csv.gz",
        "--openi-xml",
        corpora + "/openi/ecgen-radiology",
        "--split-file",
        "openi=" + corpora + "/openi/split.csv",
        "--out",
        "hdfs:///runs",
        "--run-id",
        "dataset");
  }

  private static List<String> training(String out, String config) {
    return and(TRAINING, "--config", config, "--out", out);
  }

  private static String config() {
    return folder.resolve("train.conf").toString();
  }

  /** The user's own file and options, with a script in place of the one that asks nvidia-smi. */
  private static List<String> gpus() throws IOException {
    Path script = folder.resolve("discover-gpus");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return List.of(
        "--num-executors=2",
        "--settings",
        ROOT.resolve("deploy/yarn/gpu.conf").toString(),
        "--files",
        script.toString());
  }

  private static LoggedProcess submit(String job, List<String> options, List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(SUBMIT.toString()));
    command.addAll(
        List.of("--driver-memory", HEAP, "--executor-memory", HEAP, "--num-executors", "1"));
    Map<String, String> conf = new TreeMap<>();
    conf.put("spark.yarn.jars", "local:" + SPARK + "/jars/*");
    conf.put("spark.executor.memoryOverhead", "384m");
    conf.put("spark.driver.extraJavaOptions", SMALL_JVM);
    conf.put("spark.executor.extraJavaOptions", SMALL_JVM);
    conf.put("spark.yarn.appMasterEnv.JAVA_HOME", System.getProperty("java.home"));
    conf.put("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"));
    conf.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.addAll(options);
    command.add(job);
    command.addAll(flags);
    return LoggedProcess.start(log("submit-" + job), environment(), command);
  }

  /** The same jar on this machine alone, with the same file system. */
  private static LoggedProcess local(String module, String main, List<String> flags)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(SPARK.resolve("bin/spark-submit").toString());
    command.addAll(List.of("--master", "local[2]", "--driver-memory", "1g"));
    command.addAll(List.of("--driver-java-options", SMALL_JVM));
    command.addAll(List.of("--class", "org.radllama." + module + "." + main));
    command.add(Jobs.jar(module).toString());
    command.addAll(flags);
    return LoggedProcess.start(log("local-" + main), environment(), command);
  }

  private static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HADOOP_CONF_DIR", hadoop.configuration().toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("OMP_NUM_THREADS", "1");
    environment.put("RADLLAMA_JARS", hadoop.uri() + "/apps");
    return environment;
  }

  private static Path log(String name) throws IOException {
    return Files.createTempFile(folder, name + "-", ".log");
  }

  private static List<String> with(String... flags) {
    return List.of(flags);
  }

  private static List<String> and(List<String> flags, String... more) {
    List<String> all = new ArrayList<>(flags);
    all.addAll(Arrays.asList(more));
    return all;
  }

  /** Waits for something that a running program does. */
  private static void until(LoggedProcess program, Callable<Boolean> done) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!done.call()) {
      assertThat(program.isAlive()).as(program.output()).isTrue();
      assertThat(System.nanoTime()).as(program.output()).isLessThan(end);
      Thread.sleep(100);
    }
  }

  private static int checkpoints() throws IOException {
    FileStatus[] found = hdfs.globStatus(path("/runs/_work/adapter/*/checkpoints/*"));
    return found == null ? 0 : found.length;
  }

  /** The id of the application that a submission started. */
  private static String application(LoggedProcess submission) {
    Matcher found = Pattern.compile("application_\\d+_\\d+").matcher(submission.output());
    assertThat(found.find()).as(submission.output()).isTrue();
    return found.group();
  }

  /** How many executors said that their engine is ready. */
  private static long engines(String application) throws IOException {
    return hadoop.driverLog(application).lines().filter(l -> l.contains(": engine ready")).count();
  }

  private static JsonNode json(String file) throws IOException {
    try (InputStream in = hdfs.open(path(file))) {
      return Json.mapper().readTree(in);
    }
  }

  /** Digests of the files of a folder, by name. */
  private static Map<String, String> files(String folder) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    for (FileStatus file : hdfs.listStatus(path(folder))) {
      try (InputStream in = hdfs.open(file.getPath())) {
        digests.put(file.getPath().getName(), Digests.sha256(in.readAllBytes()));
      }
    }
    return digests;
  }

  private static void upload(Path from, String to) throws IOException {
    hdfs.copyFromLocalFile(new org.apache.hadoop.fs.Path(from.toUri()), path(to));
  }

  private static org.apache.hadoop.fs.Path path(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
