package org.radllama.eval.rouge;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.radllama.eval.benchmark.SyntheticPairs;
import org.radllama.run.Console;

/**
 * Pairs a second that one core scores: rouge1, rouge2 and rougeL with the stemmer, impressions of
 * 37 words in the mean; and one pair of 5,000 by 5,000 tokens. After each iteration it prints pairs
 * a CPU second too, which other work on the machine disturbs less. No test; it runs by
 *
 * <pre>{@code
 * mvn -q -pl pipeline-eval -am test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath
 * java -cp "pipeline-eval/target/test-classes:pipeline-eval/target/classes:$(cat pipeline-eval/target/test.classpath)" \
 *   org.openjdk.jmh.Main RougeBenchmark
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RougeBenchmark {
  private static final int PAIRS = 3000;

  private final RougeScorer scorer =
      new RougeScorer(Stream.of("rouge1", "rouge2", "rougeL").map(RougeType::of).toList(), true);
  private final double[] values = new double[9];
  private String[] targets;
  private String[] predictions;
  private String longTarget;
  private String longPrediction;
  private long scored;
  private long cpuNanos;

  /** Makes the texts. */
  @Setup
  public void make() {
    SyntheticPairs made = new SyntheticPairs(7);
    List<SyntheticPairs.Texts> pairs =
        Stream.iterate(0L, k -> k + 1).limit(PAIRS).map(made::pair).toList();
    targets = pairs.stream().map(SyntheticPairs.Texts::reference).toArray(String[]::new);
    predictions = pairs.stream().map(SyntheticPairs.Texts::prediction).toArray(String[]::new);
    longTarget = longText(1);
    longPrediction = longText(2);
  }

  private static String longText(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      text.append("word").append(random.nextInt(400)).append(' ');
    }
    return text.toString();
  }

  /** Starts the clock of the CPU. */
  @Setup(Level.Iteration)
  public void start() {
    scored = 0;
    cpuNanos = 0;
  }

  /** Prints what the CPU's clock says. */
  @TearDown(Level.Iteration)
  public void tell() {
    if (scored > 0) {
      Console.system()
          .result(String.format(Locale.ROOT, "%.0f pairs/CPU s", scored / (cpuNanos / 1e9)));
    }
  }

  /** Realistic impressions. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public double[] impressions() {
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < PAIRS; i++) {
      scorer.score(targets[i], predictions[i], values, 0);
    }
    cpuNanos += ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    scored += PAIRS;
    return values;
  }

  /** One long pair. */
  @Benchmark
  public double[] fiveThousandTokens() {
    scorer.score(longTarget, longPrediction, values, 0);
    return values;
  }
}
