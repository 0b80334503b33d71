package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job prints with {@code conf/log4j2.properties} while everything fails over report text.
 */
class LogSecrecyTest {
  /** Stands for report text. */
  private static final String CANARY = "CANARY pleural effusion";

  @TempDir private Path folder;

  @Test
  void failuresPrintNoReportText() throws Exception {
    Path configuration = Path.of(System.getProperty("radllama.root"), "conf/log4j2.properties");
    assertThat(printedWith(configuration.toString()))
        .contains("TaskSetManager: Task 0", "Executor: Exception in task", "a defect: ")
        .contains("JobMain: java.lang.IllegalStateException")
        .doesNotContain("CANARY");
  }

  @Test
  void theSameFailuresPrintItWithSparksOwnConfiguration() throws Exception {
    assertThat(printedWith("org/apache/spark/log4j2-defaults.properties"))
        .contains("TaskSetManager: Task 0", "CANARY");
  }

  /** Output and errors of {@link Failures} in a JVM of its own, opened to Spark as this one is. */
  private String printedWith(String configuration) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx512m", "-Dlog4j2.configurationFile=" + configuration));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Failures.class.getName(), folder.toString()));
    Path printed = folder.resolve("printed.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(printed, StandardCharsets.UTF_8);
    assertThat(code).as(text).isEqualTo(ExitCode.DEFECT.code());
    return text;
  }

  /** A job whose every attempt fails with report text in the exception, the plan or the header. */
  static final class Failures {
    private Failures() {}

    /** Runs as a process. */
    public static void main(String[] args) throws Exception {
      JobMain.run("ingest", new JobFlags(), new String[0], (c, flags) -> fail(c, args[0]));
    }

    private static void fail(JobContext context, String folder) throws Exception {
      System.setProperty("spark.master", "local[1]");
      SparkSession spark = context.spark();
      spark.conf().set("spark.sql.ansi.enabled", "true");
      Dataset<String> texts = spark.createDataset(List.of(CANARY), Encoders.STRING());
      attempt(() -> texts.selectExpr("cast(value as int)").collectAsList());
      attempt(() -> texts.selectExpr("raise_error(value)").write().parquet(folder + "/parquet"));
      attempt(() -> texts.filter("missing = '" + CANARY + "'").count());
      attempt(() -> cached(spark, texts.collectAsList()));
      Path csv = Files.writeString(Path.of(folder, "headless.csv"), CANARY + ",text\n");
      attempt(
          () ->
              spark
                  .read()
                  .option("header", true)
                  .schema("id STRING, text STRING")
                  .csv(csv.toString())
                  .collectAsList());
      Thread thread = new Thread(() -> attemptAlone(CANARY));
      thread.start();
      thread.join();
      texts.map((MapFunction<String, Integer>) Failures::refuse, Encoders.INT()).count();
    }

    private static long cached(SparkSession spark, List<String> texts) {
      return new JavaSparkContext(spark.sparkContext())
          .parallelize(texts)
          .map(Integer::parseInt)
          .cache()
          .count();
    }

    private static void attemptAlone(String text) {
      throw new IllegalStateException(text);
    }

    private static int refuse(String text) {
      throw new IllegalStateException("cannot take " + text);
    }

    private static void attempt(Runnable doomed) {
      try {
        doomed.run();
      } catch (Exception e) {
        Console.system().line("failed as it should: " + e.getClass().getName());
      }
    }
  }
}
