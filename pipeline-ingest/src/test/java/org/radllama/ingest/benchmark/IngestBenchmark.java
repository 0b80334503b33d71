package org.radllama.ingest.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.radllama.ingest.IngestJob;
import org.radllama.ingest.synthetic.SyntheticCorpus;
import org.radllama.run.Console;
import org.radllama.run.Json;

/**
 * Times the whole job, each run in a process of its own from its start to its end, on synthetic
 * MIMIC-CXR studies that are written first:
 *
 * <pre>
 * spark-submit --master local[2] --jars LIBRARIES --class org.radllama.ingest.benchmark.IngestBenchmark
 *     pipeline-ingest.jar DIR HEAP STUDIES... [-- JVM OPTION...]
 * </pre>
 */
public final class IngestBenchmark {
  private final Path dir;
  private final String heap;
  private final List<String> options;

  private IngestBenchmark(Path dir, String heap, List<String> options) {
    this.dir = dir;
    this.heap = heap;
    this.options = options;
  }

  /** Runs; see above for the arguments. */
  public static void main(String[] args) throws Exception {
    List<String> all = List.of(args);
    int bar = all.contains("--") ? all.indexOf("--") : all.size();
    if (bar < 3) {
      Console.system().line("usage: DIR HEAP STUDIES... [-- JVM OPTION...]");
      System.exit(2);
    }
    List<String> options = all.subList(Math.min(bar + 1, all.size()), all.size());
    IngestBenchmark benchmark = new IngestBenchmark(Path.of(args[0]), args[1], options);
    Console.system().result("studies   seconds  cpu seconds  studies/s  stages");
    for (String studies : all.subList(2, bar)) {
      benchmark.measure(Integer.parseInt(studies));
    }
  }

  private void measure(int studies) throws Exception {
    Path corpus = dir.resolve("corpus-" + studies);
    if (!Files.exists(corpus.resolve("mimic-cxr-2.0.0-split.csv.gz"))) {
      new SyntheticCorpus(7).writeMimicCxr(corpus, studies);
    }
    Path out = Files.createTempDirectory(dir, "out-");
    List<String> command = JobProcess.command(IngestJob.class, heap, options);
    command.addAll(
        List.of("--mimic-cxr", corpus.toString(), "--out", out.toString(), "--run-id", "run"));
    long start = System.nanoTime();
    Process job =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(out.resolve("log").toFile())
            .start();
    double cpu = 0;
    while (job.isAlive()) {
      // The last reading before the end; the system forgets the time with the process.
      cpu = job.info().totalCpuDuration().map(d -> d.toMillis() / 1e3).orElse(cpu);
      Thread.sleep(20);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (job.exitValue() != 0) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "exit code %d, see %s", job.exitValue(), out));
    }
    JsonNode stages =
        Json.mapper().readTree(out.resolve("run/timings.json").toFile()).get("stages_seconds");
    Console.system()
        .result(
            String.format(
                Locale.ROOT,
                "%7d  %8.2f  %11.2f  %9.0f  %s",
                studies,
                seconds,
                cpu,
                studies / seconds,
                shown(stages)));
  }

  private static String shown(JsonNode stages) {
    StringBuilder text = new StringBuilder();
    for (Iterator<Map.Entry<String, JsonNode>> it = stages.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> stage = it.next();
      text.append(
          String.format(Locale.ROOT, "%s %.2f  ", stage.getKey(), stage.getValue().asDouble()));
    }
    return text.toString().strip();
  }
}
