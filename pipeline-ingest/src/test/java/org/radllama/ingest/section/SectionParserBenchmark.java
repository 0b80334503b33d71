package org.radllama.ingest.section;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.radllama.ingest.synthetic.SyntheticCorpus;

/**
 * Reports a second that the section parser cuts on one core, nothing read from disk: what the
 * official {@code section_parser.py} is asked in {@code section_text}. No test; it runs by
 *
 * <pre>{@code
 * mvn -q -pl pipeline-ingest test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath
 * java -cp "pipeline-ingest/target/test-classes:pipeline-ingest/target/classes:$(cat pipeline-ingest/target/test.classpath)" \
 *   org.openjdk.jmh.Main SectionParserBenchmark
 * }</pre>
 *
 * <p>With {@code -p corpus=DIR} it takes the {@code .txt} files below a folder, so that both
 * parsers can be given the same ones; otherwise it makes a synthetic corpus.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SectionParserBenchmark {
  private static final int REPORTS = 1000;

  /** A folder of reports; empty for synthetic ones. */
  @Param("")
  public String corpus;

  private String[] texts;

  /** Reads the reports. */
  @Setup
  public void read() throws Exception {
    if (!corpus.isEmpty()) {
      texts = texts(Path.of(corpus));
      return;
    }
    Path folder = Files.createTempDirectory("radllama-benchmark");
    new SyntheticCorpus(7).writeMimicCxr(folder, REPORTS);
    texts = texts(folder);
    try (Stream<Path> made = Files.walk(folder)) {
      for (Path file : made.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String[] texts(Path folder) throws IOException {
    try (Stream<Path> found = Files.walk(folder)) {
      List<Path> files =
          found.filter(f -> f.toString().endsWith(".txt")).sorted().limit(REPORTS).toList();
      String[] texts = new String[REPORTS];
      for (int i = 0; i < REPORTS; i++) {
        texts[i] = Files.readString(files.get(i % files.size()));
      }
      return texts;
    }
  }

  /** The sections alone. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void sections(Blackhole sink) {
    for (String text : texts) {
      sink.consume(SectionParser.parse(text));
    }
  }

  /** The row of the official sectioned file. */
  @Benchmark
  @OperationsPerInvocation(REPORTS)
  public void row(Blackhole sink) {
    for (String text : texts) {
      sink.consume(MimicSections.of(text, MimicSections.Repeated.LAST));
    }
  }
}
