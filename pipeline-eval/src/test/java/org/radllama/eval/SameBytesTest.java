package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.radllama.ingest.benchmark.JobProcess;
import org.radllama.ingest.synthetic.SyntheticMain;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * What all jobs publish, from two processes that differ in locale, time zone, encoding, working
 * directory, spelling of paths and cores. What one JVM does twice it does alike in any case.
 */
class SameBytesTest {
  /** What equal runs may differ in, as docs/reproducibility.md says. */
  private static final List<String> UNSTABLE =
      List.of("timings.json", "metrics.jsonl", "training.html");

  @TempDir Path scratch;

  /** Words that make up the reports of a corpus. */
  enum Script {
    RUSSIAN(
        "лёгкие без очагов справа слева аорта уплотнена плевра утолщена 12 мм сердце не расширено"),
    CHINESE("双肺纹理清晰 未见明显异常 左肺下叶 结节 右侧胸腔 积液 心影不大 12 mm 无气胸"),
    MIXED(
        "no effusion clear Röntgen ohne Befund очаг справа 左肺 结节 رئة عقدة πνεύμονας İstanbul 폐 결절 ไม่พบ");

    private final String words;

    Script(String words) {
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource
  void ofReportsInAnyScript(Script script) throws Exception {
    Path reports = Files.createDirectories(scratch.resolve("given")).resolve("reports.jsonl");
    Files.write(reports, reports(List.of(script.words.split(" "))));
    Path moved = Files.createDirectories(scratch.resolve("elsewhere")).resolve("copied.jsonl");
    Files.copy(reports, moved);
    assertSame(
        sources("--reports", "../given/reports.jsonl"), sources("--reports", moved.toString()));
  }

  @Test
  void ofSyntheticReports() throws Exception {
    Path corpora = scratch.resolve("corpora");
    SyntheticMain.main(
        new String[] {
          "--out", corpora.toString(), "--mimic-cxr", "60", "--openi", "60", "--seed", "7"
        });
    assertSame(
        synthetic("../corpora/mimic-cxr", "../corpora/openi"),
        synthetic(corpora + "/mimic-cxr", corpora + "/openi/"));
  }

  private static List<String> synthetic(String mimicCxr, String openI) {
    String bySeed = "split.mimic-cxr-by-seed=true";
    return List.of("--mimic-cxr", mimicCxr, "--openi-xml", openI, "--set", bySeed);
  }

  @Test
  void ofOpenI() throws Exception {
    Path csv = Path.of(System.getProperty("radllama.openi", "absent"), "indiana_reports.csv");
    Assumptions.assumeTrue(
        Files.exists(csv), "skipped: no OpenI reports under the system property radllama.openi");
    Path moved = Files.copy(csv, scratch.resolve("moved.csv"));
    assertSame(
        List.of("--openi-csv", csv.toString(), "--limit", "800"),
        List.of("--openi-csv", moved.toString(), "--limit", "800"));
  }

  private static List<String> sources(String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    for (String set :
        List.of(
            "reports.patient=patient",
            "split.validate-fraction=0.1",
            "clean.min-findings-words=0",
            "clean.min-impression-words=0",
            "publish.rows-per-part=40")) {
      all.addAll(List.of("--set", set));
    }
    return all;
  }

  private void assertSame(List<String> relative, List<String> absolute) throws Exception {
    Path here = Files.createDirectories(scratch.resolve("here"));
    Path there = Files.createDirectories(scratch.resolve("a/long way/away"));
    process(new Place(here, "local[1]", "C.UTF-8", "UTC", "en", "US"), "out", "out", relative);
    // A page over all runs shows their times, so both are about the same runs.
    FileUtils.copyDirectory(here.resolve("out").toFile(), there.resolve("runs").toFile());
    FileUtils.deleteDirectory(there.resolve("runs/report").toFile());
    process(
        new Place(there, "local[2]", "C", "Asia/Kathmandu", "ar", "EG"),
        there.resolve("published").toString(),
        there.resolve("runs").toString(),
        absolute);
    Map<String, String> first = tree(here.resolve("out"));
    assertThat(first)
        .containsKeys(
            "dataset/croissant.json",
            "tokenizer/tokenizer.json",
            "base/model/model.safetensors",
            "lora/model.gguf",
            "lora/adapter/adapter_config.json",
            "eval/report.html");
    assertThat(first.keySet()).anyMatch(file -> file.matches("lora/checkpoints/step-.*"));
    assertThat(first.keySet()).anyMatch(file -> file.matches("eval/scores.parquet/.*"));
    assertThat(first.keySet()).anyMatch(file -> file.matches("report/.*html"));
    assertThat(tree(there.resolve("published"))).isEqualTo(first);
  }

  /** Where and how a process runs. */
  private record Place(
      Path directory, String master, String locale, String zone, String language, String country) {}

  private static void process(Place place, String out, String runs, List<String> sources)
      throws Exception {
    List<String> jvm =
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Duser.timezone=" + place.zone,
            "-Duser.language=" + place.language,
            "-Duser.country=" + place.country);
    List<String> command = new ArrayList<>(JobProcess.command(EveryJob.class, "1500m", jvm));
    command.replaceAll(
        part -> part.startsWith("-Dspark.master=") ? "-Dspark.master=" + place.master : part);
    command.addAll(List.of(out, runs));
    command.addAll(sources);
    Path log = place.directory.resolve("log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("LC_ALL", place.locale);
    Process process = builder.start();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(() -> text(log)).isZero();
  }

  private static String text(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Map<String, String> tree(Path root) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!UNSTABLE.contains(file.getFileName().toString())) {
          files.put(root.relativize(file).toString(), Digests.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  private static List<String> reports(List<String> words) {
    Random random = new Random(8);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      lines.add(
          Json.mapper()
              .createObjectNode()
              .put("id", "r" + i)
              .put("patient", "p" + i / 2)
              .put("findings", sentence(random, words, 12))
              .put("impression", sentence(random, words, 4))
              .toString());
    }
    return lines;
  }

  private static String sentence(Random random, List<String> from, int words) {
    StringBuilder text = new StringBuilder();
    for (int w = 0; w < words; w++) {
      text.append(w == 0 ? "" : " ").append(from.get(random.nextInt(from.size())));
    }
    return text.append('.').toString();
  }
}
