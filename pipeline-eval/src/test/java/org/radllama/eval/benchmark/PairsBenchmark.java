package org.radllama.eval.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.radllama.eval.EvalJob;
import org.radllama.ingest.benchmark.JobProcess;
import org.radllama.run.Console;
import org.radllama.run.Json;

/**
 * Scores many made-up pairs by the whole job, in a process of its own from its start to its end,
 * and prints the memory that the process holds as time goes on (Linux: resident set of {@code
 * /proc}). The file of pairs is written first and kept.
 *
 * <pre>
 * spark-submit --master local[2] --jars LIBRARIES --class org.radllama.eval.benchmark.PairsBenchmark
 *     pipeline-eval.jar DIR HEAP PAIRS [EVAL FLAG...]
 * </pre>
 */
public final class PairsBenchmark {
  private static final int LINES_SHOWN = 24;
  private static final long SAMPLE_MILLIS = 500;

  private final Path dir;
  private final String heap;
  private final long pairs;
  private final List<String> flags;

  private PairsBenchmark(Path dir, String heap, long pairs, List<String> flags) {
    this.dir = dir;
    this.heap = heap;
    this.pairs = pairs;
    this.flags = flags;
  }

  /** What a process held at a time. */
  private record Sample(double seconds, long residentMib) {}

  /** Runs; see above for the arguments. */
  public static void main(String[] args) throws Exception {
    List<String> all = List.of(args);
    if (all.size() < 3) {
      Console.system().line("usage: DIR HEAP PAIRS [EVAL FLAG...]");
      System.exit(2);
    }
    new PairsBenchmark(
            Path.of(args[0]), args[1], Long.parseLong(args[2]), all.subList(3, all.size()))
        .measure();
  }

  private void measure() throws Exception {
    Path file = dir.resolve("pairs-" + pairs + ".jsonl");
    if (!Files.exists(file)) {
      write(file);
    }
    Path out = Files.createTempDirectory(dir, "out-");
    List<String> command = command();
    command.addAll(List.of("--predictions", "made-up=" + file, "--out", out.toString()));
    command.addAll(List.of("--run-id", "run"));
    command.addAll(flags);
    long start = System.nanoTime();
    Process job =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(out.resolve("log").toFile())
            .start();
    List<Sample> samples = new ArrayList<>();
    double cpu = 0;
    while (job.isAlive()) {
      // The last readings before the end; the system forgets them with the process.
      cpu = job.info().totalCpuDuration().map(d -> d.toMillis() / 1e3).orElse(cpu);
      long resident = residentMib(job.pid());
      if (resident > 0) {
        samples.add(new Sample((System.nanoTime() - start) / 1e9, resident));
      }
      Thread.sleep(SAMPLE_MILLIS);
    }
    if (job.exitValue() != 0) {
      throw new IllegalStateException(
          String.format(Locale.ROOT, "exit code %d, see %s", job.exitValue(), out));
    }
    show(samples, cpu, (System.nanoTime() - start) / 1e9);
    Console.system()
        .result(
            Json.mapper()
                .readTree(out.resolve("run/timings.json").toFile())
                .get("stages_seconds")
                .toString());
  }

  private void show(List<Sample> samples, double cpu, double seconds) {
    Console console = Console.system();
    console.result("seconds  resident MiB");
    int every = Math.max(1, samples.size() / LINES_SHOWN);
    for (int i = 0; i < samples.size(); i += every) {
      console.result(
          String.format(
              Locale.ROOT, "%7.0f  %12d", samples.get(i).seconds(), samples.get(i).residentMib()));
    }
    console.result(
        String.format(
            Locale.ROOT,
            "%d pairs, heap %s: %.0f s, %.0f CPU s, %.0f pairs/s, peak %d MiB",
            pairs,
            heap,
            seconds,
            cpu,
            pairs / seconds,
            samples.stream().mapToLong(Sample::residentMib).max().orElse(0)));
  }

  private static long residentMib(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException e) {
      // The process has ended, or this is no Linux.
      return 0;
    }
    return 0;
  }

  private void write(Path file) throws IOException {
    SyntheticPairs made = new SyntheticPairs(7);
    Path unfinished = dir.resolve(file.getFileName() + ".part");
    try (BufferedWriter out = Files.newBufferedWriter(unfinished)) {
      for (long k = 0; k < pairs; k++) {
        SyntheticPairs.Texts texts = made.pair(k);
        out.write(
            Json.mapper()
                .createObjectNode()
                .put("id", "made-up/" + k)
                .put("prediction", texts.prediction())
                .put("reference", texts.reference())
                .toString());
        out.write('\n');
      }
    }
    Files.move(unfinished, file);
  }

  private List<String> command() throws URISyntaxException {
    String local = new SparkConf().get("spark.local.dir", dir.toString());
    return JobProcess.command(EvalJob.class, heap, List.of("-Dspark.local.dir=" + local));
  }
}
