package org.radllama.eval;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.run.JobContext;
import org.radllama.run.Settings;

/** Runs the job in this JVM. */
final class TestJobs {
  private TestJobs() {}

  static SparkSession spark() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  static EvalResult eval(SparkSession spark, Path out, String runId, Object... args)
      throws Exception {
    EvalFlags flags = new EvalFlags();
    String[] all =
        Stream.concat(
                Stream.of("--out", out.toString(), "--run-id", runId),
                Arrays.stream(args).map(Object::toString))
            .toArray(String[]::new);
    new CmdLineParser(flags).parseArgument(all);
    Settings settings = Settings.load("eval", Optional.empty(), flags.set, flags.overlay());
    return Eval.run(JobContext.of("eval", settings, spark), EvalConfig.of(settings, flags));
  }
}
