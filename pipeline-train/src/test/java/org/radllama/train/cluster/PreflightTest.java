package org.radllama.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.cluster.NvidiaDriver.Build;
import org.radllama.train.dl4j.Dl4jEngineProvider;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Precision;
import org.radllama.train.engine.Recompute;
import org.radllama.train.engine.TestSettings;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

class PreflightTest {
  private static final long MB = 1 << 20;
  private static final ClusterSettings DEFAULTS =
      new ClusterSettings(
          "", Duration.ofMinutes(2), Duration.ZERO, ClusterSettings.Reduce.AUTO, 0, "");

  @TempDir Path folder;

  private static SparkConf conf(String master, String... pairs) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (int i = 0; i < pairs.length; i += 2) {
      conf.set(pairs[i], pairs[i + 1]);
    }
    return conf;
  }

  private static void assertMissing(ThrowingCallable check, String... words) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            MissingResourceException.class,
            e -> assertThat(e.getMessage()).contains(words).doesNotContain("\n"));
  }

  private static void assertMissing(SparkConf conf, String... words) {
    assertMissing(() -> Preflight.check(conf, DEFAULTS), words);
  }

  private String script(String mode, String line) throws IOException {
    Path script = folder.resolve("gpus-" + mode + line.hashCode());
    Files.writeString(script, "#!/bin/sh\necho '" + line + "'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString(mode));
    return script.toString();
  }

  @Test
  void whatWouldHangOrDieForWantOfGpusIsRefusedBeforeSparkStarts() throws IOException {
    String two = script("rwxr-xr-x", "{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}");
    Preflight.check(conf("local[2]"), DEFAULTS);
    assertMissing(conf("local[2]", Gpus.PER_TASK, "1"), "wait forever", "leave " + Gpus.PER_TASK);
    assertMissing(conf("yarn", Gpus.PER_TASK, "1"), Gpus.PER_EXECUTOR + "=1");
    assertMissing(conf("yarn", Gpus.PER_EXECUTOR, "2"), Gpus.PER_TASK + "=1");
    assertMissing(conf("yarn", Gpus.PER_EXECUTOR, "1", Gpus.PER_TASK, "0.5"), "one GPU for itself");
    assertMissing(conf("yarn", Gpus.PER_EXECUTOR, "1", Gpus.PER_TASK, "1"), "discover-gpus");
    assertMissing(
        conf(
            "k8s://x",
            Gpus.PER_EXECUTOR,
            "1",
            Gpus.PER_TASK,
            "1",
            Gpus.SCRIPT,
            script("rw-r--r--", "x")),
        "not executable: chmod +x");
    assertMissing(workers(two, "1", "2"), "asks for 2 GPUs, its worker offers 1");
    assertMissing(workers(two, "3", "1"), "finds 2 here");
    assertMissing(workers(script("rwxr-xr-x", "none"), "1", "1"), "must print");
    assertMissing(workers(folder + "/absent", "1", "1"), "there is no discovery script");
    Preflight.check(workers(two, "2", "2"), DEFAULTS);
    ClusterSettings byStage =
        new ClusterSettings(
            "", Duration.ofSeconds(1), Duration.ZERO, ClusterSettings.Reduce.AUTO, 1, two);
    assertMissing(() -> Preflight.check(conf("yarn"), byStage), "spark.dynamicAllocation.enabled");
    Preflight.check(conf("yarn", "spark.dynamicAllocation.enabled", "true"), byStage);
  }

  /** A shipped script is looked at where it is taken from. */
  @Test
  void aShippedScriptMustBeExecutable() throws IOException {
    Path plain = Path.of(script("rw-r--r--", "x"));
    assertMissing(
        conf(
            "yarn",
            Gpus.PER_EXECUTOR,
            "1",
            Gpus.PER_TASK,
            "1",
            Gpus.SCRIPT,
            "./" + plain.getFileName(),
            "spark.files",
            plain.toUri().toString()),
        "not executable");
  }

  private static SparkConf workers(String script, String offered, String asked) {
    return conf(
        "local-cluster[1,1,512]",
        Gpus.PER_EXECUTOR,
        asked,
        Gpus.PER_TASK,
        "1",
        "spark.worker.resource.gpu.amount",
        offered,
        "spark.worker.resource.gpu.discoveryScript",
        script);
  }

  /** Llama-2-7B, r = 8 on q and v: 6.74e9 weights, 4.19e6 trained. */
  private static MemoryNeed llama2(int rank) {
    LlamaConfig config =
        LlamaConfig.parse(
            """
            {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 32000,
             "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32,
             "num_attention_heads": 32, "num_key_value_heads": 32, "max_position_embeddings": 4096,
             "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": false,
             "bos_token_id": 1, "eos_token_id": 2}
            """);
    Adaptation.Lora lora = new Adaptation.Lora(rank, 16, 0.05, List.of("q_proj", "v_proj"), false);
    int trained = LlamaWeights.layout(config, lora).parameterCount();
    EngineSettings settings = TestSettings.floats(KernelKind.AUTO, Recompute.ON);
    EngineSpec spec = new EngineSpec(settings, "", Precision.F32, config.toJson(), lora, 1);
    return new MemoryNeed(trained * 4L, new Dl4jEngineProvider().training(spec, 2048));
  }

  @Test
  void tooLittleMemoryIsNamedWithTheSettingThatGivesMore() {
    MemoryNeed need = llama2(8);
    assertThat(need.vector()).isEqualTo(4_194_304L * 4);
    MemoryCheck yarn =
        new MemoryCheck(conf("yarn", "spark.executor.memoryOverhead", "40g"), DEFAULTS, need, 2);
    yarn.driver(1024 * MB, 64);
    assertMissing(() -> yarn.driver(300 * MB, 64), "driver needs", "--driver-memory");
    assertMissing(
        () -> new MemoryCheck(conf("yarn"), DEFAULTS, llama2(1024), 1).driver(65_536 * MB, 4),
        "spark.driver.maxResultSize=");
    yarn.executor(facts(1024, 60_000, 64_000));
    assertMissing(() -> yarn.executor(facts(256, 60_000, 64_000)), "spark.executor.memory=");
    assertMissing(() -> yarn.executor(facts(1024, 20_000, 64_000)), "maxphysicalbytes=");
    assertMissing(() -> yarn.executor(facts(1024, 60_000, 16_000)), "its machine has 16000 MB");
    MemoryCheck lean =
        new MemoryCheck(conf("k8s://x", "spark.executor.memory", "8g"), DEFAULTS, need, 2);
    assertMissing(
        () -> lean.executor(facts(1024, 60_000, 64_000)), "spark.executor.memoryOverhead=");
  }

  private static ExecutorFacts facts(long heap, long process, long machine) {
    return new ExecutorFacts("7", heap * MB, process * MB, machine * MB, false, 0, "");
  }

  @ParameterizedTest
  @CsvSource({
    "3.5,false,false",
    "3.7,true,false",
    "7.0,true,false",
    "7.5,true,true",
    "8.6,true,true",
    "8.9,true,true",
    "9.0,false,true",
    "10.3,false,true",
    "11.0,false,false",
    "12.0,false,true"
  })
  void gpusThatABuildHasNoCodeForAreNamed(String capability, boolean nd4j, boolean torch) {
    List<String> gpus = List.of(gpu(0, "7.5", "580.65"), gpu(1, capability, "580.65"));
    for (Build build : Build.values()) {
      assertThat(NvidiaDriver.require(gpus, 0, build)).isEqualTo(20_000 * MB);
      NvidiaDriver.require(gpus, EngineProvider.ANY_DEVICE, build);
      if (build == Build.ND4J ? nd4j : torch) {
        NvidiaDriver.require(gpus, 1, build);
      } else {
        String other = build == Build.ND4J ? "build with -P cuda for" : "build with -P cuda11 for";
        assertMissing(
            () -> NvidiaDriver.require(gpus, 1, build), "GPU 1 is NVIDIA Test (sm_", other);
      }
      assertMissing(
          () -> NvidiaDriver.require(List.of(), 0, build),
          "finds no NVIDIA driver",
          "or build without -P cuda");
      assertMissing(() -> NvidiaDriver.require(gpus, 2, build), "Spark gave GPU 2");
    }
    assertMissing(() -> Gpus.index("GPU-5f3a"), "discover-gpus");
  }

  @Test
  void libtorchNeedsADriverAndLibrariesOfCuda13() {
    List<String> old = List.of(gpu(0, "9.0", "570.86.15"));
    assertMissing(
        () -> NvidiaDriver.require(old, 0, Build.LIBTORCH), "570.86.15", "CUDA 13 needs 580");
    NvidiaDriver.requireLibraries(List.of());
    assertMissing(
        () -> NvidiaDriver.requireLibraries(List.of("libcudnn.so.9")),
        "libcudnn.so.9 is missing",
        "LD_LIBRARY_PATH");
  }

  @Test
  void aGpuWithoutRoomIsNamedWithWhatTakesLess() {
    MemoryNeed need = llama2(8);
    long onGpu = need.engine().onGpu(1);
    assertThat(onGpu).isGreaterThan(need.engine().base());
    MemoryCheck check = new MemoryCheck(conf("yarn"), DEFAULTS, need, 1);
    check.executor(withGpu(onGpu));
    assertMissing(
        () -> check.executor(withGpu(onGpu - 1)), "MB of GPU memory", "recompute = on", "bf16");
  }

  private static ExecutorFacts withGpu(long free) {
    return new ExecutorFacts("7", 8192 * MB, 0, 8192 * MB, true, free, "");
  }

  private static String gpu(int index, String capability, String driver) {
    return index + ", NVIDIA Test, " + capability + ", " + driver + ", 20000";
  }

  @Test
  void theLineSaysWhichProtectionsAreOff() {
    assertThat(Protections.off(conf("local[2]", "spark.ui.enabled", "false")))
        .singleElement()
        .asString()
        .contains("spark.io.encryption.enabled");
    assertThat(Protections.off(conf("yarn", "spark.authenticate", "true")))
        .hasSize(3)
        .noneMatch(s -> s.contains("(spark.authenticate)"));
    SparkConf all =
        conf(
            "yarn",
            "spark.authenticate",
            "true",
            "spark.network.crypto.enabled",
            "true",
            "spark.io.encryption.enabled",
            "true",
            "spark.acls.enable",
            "true");
    assertThat(Protections.line(all)).isEqualTo("Spark security: every setting is on");
  }

  /** The script of deploy/ on a machine whose nvidia-smi lists three. */
  @Test
  void theDiscoveryScriptPrintsWhatSparkReads() throws Exception {
    Path smi = folder.resolve("nvidia-smi");
    Files.writeString(smi, "#!/bin/sh\nprintf '0\\n1\\n2\\n'\n");
    Files.setPosixFilePermissions(smi, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(discovered(null)).containsExactly("0", "1", "2");
    assertThat(discovered("5,7")).containsExactly("0", "1");
    assertThat(discovered("")).isEmpty();
    Files.delete(smi);
    assertThat(discovered(null)).isEmpty();
  }

  private String[] discovered(String visible) throws Exception {
    ProcessBuilder script =
        new ProcessBuilder(System.getProperty("radllama.root") + "/deploy/gpu/discover-gpus");
    script.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    script.environment().remove("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      script.environment().put("CUDA_VISIBLE_DEVICES", visible);
    }
    Process process = script.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return ResourceInformation.parseJson(out).addresses();
  }
}
