package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Json;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.cluster.MemoryNeed;
import org.radllama.train.cluster.Preflight;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.MemoryEstimate;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;

/** Training on executors that are processes of their own: always the bytes of local mode. */
class TrainClusterTest {
  private static Path metrics() throws IOException {
    return WorkFolder.of(folder, "four", "metrics.jsonl");
  }

  private static final EngineSettings ENGINE = TestSettings.floats(KernelKind.AUTO, Recompute.AUTO);

  /** Six steps of eight micro-batches each. */
  private static final List<String> SETS =
      List.of(
          "batch-size=16",
          "micro-batch-tokens=200",
          "max-steps=6",
          "optimiser.learning-rate=1e-2",
          "lora.dropout=0.1",
          "validation.every=3");

  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void inLocalMode() throws IOException {
    fixture = new TrainFixture(folder);
    List<String> sets = new ArrayList<>(TrainFixture.TINY);
    sets.add("max-steps=10");
    fixture.train("base", sets, f -> f);
    fixture.adapt("local", SETS);
  }

  @AfterAll
  static void stop() {
    fixture.stop();
  }

  private static Map<String, String> executors() {
    Map<String, String> conf = new HashMap<>();
    conf.put("spark.executor.memory", "512m");
    conf.put("spark.executorEnv.SPARK_SCALA_VERSION", "2.12");
    conf.put("spark.executorEnv.SPARK_TESTING", "1");
    conf.put("spark.executorEnv.OMP_NUM_THREADS", "1");
    conf.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
    return conf;
  }

  private static List<String> with(String... more) {
    return Stream.concat(SETS.stream(), Stream.of(more)).toList();
  }

  private static void assertSameAsLocal(String runId) throws IOException {
    assertThat(fixture.adapter(runId)).isEqualTo(fixture.adapter("local"));
    for (JsonNode step : fixture.metrics(runId)) {
      assertThat(step.path("communication_share").asDouble()).isBetween(0.0, 1.0);
    }
  }

  /**
   * Also: authenticated and encrypted, seen from outside, and with an executor killed in a step.
   */
  @Test
  void fourExecutorsAndOneOfThemKilled() throws Exception {
    Map<String, String> conf = executors();
    conf.put("spark.authenticate", "true");
    conf.put("spark.authenticate.secret", "a secret of this test");
    conf.put("spark.network.crypto.enabled", "true");
    conf.put("spark.io.encryption.enabled", "true");
    conf.put("spark.ui.enabled", "true");
    conf.put("spark.ui.port", "0");
    conf.put("spark.ui.prometheus.enabled", "true");
    conf.put(
        "spark.metrics.conf.*.sink.prometheusServlet.class",
        "org.apache.spark.metrics.sink.PrometheusServlet");
    conf.put("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus");
    SparkSession spark = fixture.session("local-cluster[4,1,512]", conf);
    CompletableFuture<Void> run =
        background(() -> fixture.adapt("four", with("cluster.reduce=executors")));
    await(run, () -> Files.exists(metrics()) && Files.readAllLines(metrics()).size() >= 2);
    ProcessHandle executor = executorProcess();
    // Stopped, it holds the step under way, or the next, in the middle; then it is gone.
    signal(executor, "STOP");
    try {
      Thread.sleep(500);
      assertFigures(spark, TrainFixture.lines(metrics()));
    } finally {
      signal(executor, "KILL");
    }
    run.get(120, TimeUnit.SECONDS);
    assertSameAsLocal("four");
  }

  private static void assertFigures(SparkSession spark, List<JsonNode> steps) throws Exception {
    JsonNode last = steps.get(steps.size() - 1);
    String page = spark.sparkContext().uiWebUrl().get();
    String figures = get(page + "/metrics/prometheus/");
    assertThat(figures)
        .containsPattern(
            "driver_radllama_step_Value\\{[^}]*} " + last.path("step").asInt() + ".0\n")
        .containsPattern("driver_radllama_loss_Value\\{[^}]*} " + last.path("loss").asText() + "\n")
        .containsPattern("driver_radllama_seconds_since_step_Value\\{[^}]*} [0-9.E-]+\n")
        .containsPattern("driver_radllama_tokens_per_second_Value\\{[^}]*} [0-9.]+\n");
    assertThat(get(page + "/metrics/executors/prometheus")).contains("metrics_executor_totalCores");
    String jobs =
        get(page + "/api/v1/applications/" + spark.sparkContext().applicationId() + "/jobs");
    List<String> said = new ArrayList<>();
    Json.mapper().readTree(jobs).forEach(job -> said.add(job.path("description").asText()));
    assertThat(said).contains("step 2 of 6, epoch 0.15");
  }

  /** Also: GPUs, a shipped base, Kryo. */
  @Test
  void twoExecutorsWithAGpuEachAndAShippedBase() throws Exception {
    Map<String, String> conf = executors();
    gpus(conf, "[\"3\"]");
    conf.put("spark.executor.resource.gpu.amount", "1");
    conf.put("spark.task.resource.gpu.amount", "1");
    conf.put("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.put("spark.archives", archive() + "#llama");
    fixture.session("local-cluster[2,1,512]", conf);
    fixture.train(
        "two",
        SETS,
        flags -> {
          flags.baseModel = "shipped:llama";
          return flags;
        });
    assertSameAsLocal("two");
  }

  /** Also: executors asked for by stage, and a stage that asks for more than there is. */
  @Test
  void oneExecutorThatComesWithItsStage() throws Exception {
    Map<String, String> conf = executors();
    String script = gpus(conf, "[\"0\"]");
    conf.put("spark.dynamicAllocation.enabled", "true");
    conf.put("spark.dynamicAllocation.shuffleTracking.enabled", "true");
    conf.put("spark.dynamicAllocation.maxExecutors", "1");
    SparkSession spark = fixture.session("local-cluster[1,1,512]", conf);
    fixture.adapt(
        "one", with("cluster.executor-gpus=1", "cluster.discovery-script=\"" + script + "\""));
    assertSameAsLocal("one");
    ClusterSettings two =
        new ClusterSettings(
            "", Duration.ofSeconds(3), Duration.ZERO, ClusterSettings.Reduce.AUTO, 2, script);
    Preflight preflight =
        new Preflight(JavaSparkContext.fromSparkContext(spark.sparkContext()), two, ENGINE);
    assertThatThrownBy(() -> preflight.check(new MemoryNeed(1, new MemoryEstimate(1, 2, 1, 3))))
        .isInstanceOf(MissingResourceException.class)
        .hasMessageContaining("no task could start within 3 s")
        .hasMessageContaining("2 GPUs");
  }

  private static String gpus(Map<String, String> conf, String addresses) throws IOException {
    Path script = Files.createTempFile(folder, "gpus", ".sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": %s}'\n".formatted(addresses));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    conf.put("spark.worker.resource.gpu.amount", "1");
    conf.put("spark.worker.resource.gpu.discoveryScript", script.toString());
    return script.toString();
  }

  private static String archive() throws IOException {
    Path zip = folder.resolve("base.zip");
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(out);
        Stream<Path> files = Files.list(Path.of(fixture.base()))) {
      for (Path file : files.toList()) {
        entries.putNextEntry(new ZipEntry(file.getFileName().toString()));
        Files.copy(file, entries);
      }
    }
    return zip.toUri().toString();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> background(Work work) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
                done.complete(null);
              } catch (Throwable e) {
                done.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return done;
  }

  private static void await(CompletableFuture<Void> run, Callable<Boolean> condition)
      throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.call()) {
      if (run.isDone()) {
        run.get();
      }
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.sleep(5);
    }
  }

  private static ProcessHandle executorProcess() {
    return ProcessHandle.current()
        .descendants()
        .filter(TrainClusterTest::isExecutor)
        .findFirst()
        .orElseThrow();
  }

  private static boolean isExecutor(ProcessHandle process) {
    try {
      byte[] command = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
      return new String(command, StandardCharsets.UTF_8).contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false;
    }
  }

  private static void signal(ProcessHandle process, String name) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }

  private static String get(String address) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(20)).build();
    HttpResponse<String> response =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()
            .send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(address).isEqualTo(200);
    return response.body();
  }
}
