package org.radllama.ingest;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.ingest.benchmark.JobProcess;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * What ingest publishes, from processes that differ in locale, time zone, working directory and
 * cores: what one JVM does twice, it does alike in any case.
 */
class SameBytesTest {
  private static final List<String> WORDS =
      List.of(
          "no",
          "effusion",
          "left",
          "right",
          "lung",
          "clear",
          "очаг",
          "без",
          "лёгкое",
          "справа",
          "左",
          "肺",
          "结节",
          "未见",
          "폐",
          "결절",
          "عقدة",
          "رئة",
          "πνεύμονας",
          "12",
          "мм");

  @TempDir Path scratch;

  @Test
  void anyProcessPublishesTheSameTree() throws Exception {
    Path reports = scratch.resolve("reports.jsonl");
    Files.write(reports, reports());
    Map<String, String> first =
        published("one", reports, "local[1]", "-Duser.timezone=UTC", "-Duser.language=en");
    assertThat(first).containsKeys("manifest.json", "croissant.json", "card.html");
    assertThat(first.keySet()).anyMatch(file -> file.endsWith(".parquet"));
    List<List<String>> others =
        List.of(
            List.of("local[2]", "-Duser.timezone=Asia/Kathmandu", "-Duser.language=ar", "EG"),
            List.of("local[3]", "-Duser.timezone=America/Caracas", "-Duser.language=tr", "TR"));
    for (List<String> other : others) {
      Map<String, String> tree =
          published(
              "in/" + other.get(3),
              reports,
              other.get(0),
              other.get(1),
              other.get(2),
              "-Duser.country=" + other.get(3));
      assertThat(tree).as("under %s", other).isEqualTo(first);
    }
  }

  private Map<String, String> published(
      String folder, Path reports, String master, String... options) throws Exception {
    Path here = Files.createDirectories(scratch.resolve(folder));
    List<String> jvm = new ArrayList<>(List.of(options));
    List<String> command = new ArrayList<>(JobProcess.command(IngestJob.class, "1g", jvm));
    command.replaceAll(
        part -> part.startsWith("-Dspark.master=") ? "-Dspark.master=" + master : part);
    command.addAll(
        List.of(
            "--reports", reports.toString(),
            "--out", here.resolve("out").toString(),
            "--run-id", "run",
            "--set", "reports.patient=patient",
            "--set", "split.validate-fraction=0.1",
            "--set", "publish.rows-per-part=40"));
    Path log = here.resolve("log");
    Process process =
        new ProcessBuilder(command)
            .directory(here.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(() -> text(log)).isZero();
    return tree(here.resolve("out/run"));
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
        if (!file.endsWith("timings.json")) {
          files.put(root.relativize(file).toString(), Digests.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return files;
  }

  private static List<String> reports() {
    Random random = new Random(8);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add(
          Json.mapper()
              .createObjectNode()
              .put("id", "r" + i)
              .put("patient", "p" + i / 2)
              .put("findings", sentence(random, 12))
              .put("impression", sentence(random, 4))
              .toString());
    }
    return lines;
  }

  private static String sentence(Random random, int words) {
    StringBuilder text = new StringBuilder();
    for (int w = 0; w < words; w++) {
      text.append(w == 0 ? "" : " ").append(WORDS.get(random.nextInt(WORDS.size())));
    }
    return text.append('.').toString();
  }
}
