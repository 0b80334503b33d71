package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.failure.BadInputException;

class ForeignFailureTest {
  private static final String TASK =
      "Job aborted due to stage failure: Task 3 in stage 7.0 failed 4 times, most recent failure: Lost task 3.3 in stage 7.0 (TID 99) (PATIENT executor 2): ";

  static Stream<Arguments> failures() {
    return Stream.of(
        // As FSError, which the local file system throws.
        of(new Error(new IOException("No space left on device")), ExitCode.RESOURCES, "disk"),
        of(new IOException("/PATIENT: Disk quota exceeded"), ExitCode.RESOURCES, "disk"),
        of(
            new SparkException(TASK + "java.io.IOException: No space left on device"),
            ExitCode.RESOURCES,
            "disk"),
        of(
            new RemoteException(
                "org.apache.hadoop.hdfs.protocol.DSQuotaExceededException",
                "The DiskSpace quota of /PATIENT is exceeded: DSQuotaExceeded"),
            ExitCode.RESOURCES,
            "disk"),
        of(new OutOfMemoryError("PATIENT"), ExitCode.RESOURCES, "memory"),
        of(
            new SparkException(TASK + "java.lang.OutOfMemoryError: Java heap space"),
            ExitCode.RESOURCES,
            "memory"),
        of(
            new SparkException(
                TASK
                    + "ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Container killed by YARN for exceeding physical memory limits."),
            ExitCode.RESOURCES,
            "memory"),
        of(
            new SparkException(
                TASK
                    + "ExecutorLostFailure (executor 2 exited unrelated to the running tasks) Reason: Remote RPC client disassociated."),
            ExitCode.ENVIRONMENT,
            "later"),
        of(new AccessDeniedException("/PATIENT"), ExitCode.RESOURCES, "access"),
        of(new AccessControlException("PATIENT"), ExitCode.RESOURCES, "access"),
        of(new FileNotFoundException("/PATIENT (Permission denied)"), ExitCode.RESOURCES, "access"),
        of(new ParentNotDirectoryException("PATIENT"), ExitCode.USAGE, "--out"),
        of(new UnknownHostException("PATIENT"), ExitCode.ENVIRONMENT, "UnknownHostException"),
        of(
            new IllegalStateException("x", new ConnectException("PATIENT")),
            ExitCode.ENVIRONMENT,
            "ConnectException"),
        of(
            new RemoteException("org.apache.hadoop.hdfs.server.namenode.SafeModeException", "x"),
            ExitCode.ENVIRONMENT,
            "later"));
  }

  private static Arguments of(Throwable e, ExitCode code, String words) {
    return Arguments.of(e, code, words);
  }

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode execute(Job<JobFlags> body) {
    PrintStream printed = new PrintStream(err, true, StandardCharsets.UTF_8);
    return JobMain.execute(
        "ingest", new JobFlags(), new String[0], body, new Console(printed, printed));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isToldApartFromADefectInOneLineWithoutItsMessage(Throwable e, ExitCode code, String words) {
    ExitCode was =
        execute(
            (context, flags) -> {
              if (e instanceof Error error) {
                throw error;
              }
              throw (Exception) e;
            });
    assertThat(was).isEqualTo(code);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("radllama ingest: ")
        .containsOnlyOnce("\n")
        .contains(words)
        .doesNotContain("defect", "PATIENT");
  }

  @Test
  void anInputThatTheNetworkKeepsAwayMayBeThereLater() {
    BadInputException unread =
        new BadInputException("--reports: x cannot be read", new ConnectException("PATIENT"));
    assertThat(execute(throwing(unread))).isEqualTo(ExitCode.ENVIRONMENT);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--reports: x cannot be read: the network")
        .doesNotContain("PATIENT");
    BadInputException damaged =
        new BadInputException("x is damaged", new IOException("Permission denied"));
    assertThat(execute(throwing(damaged))).isEqualTo(ExitCode.INPUT);
  }

  private static Job<JobFlags> throwing(RuntimeException e) {
    return (context, flags) -> {
      throw e;
    };
  }

  @Test
  void leavesWhatAReportMaySayAlone() {
    assertThat(ForeignFailure.of(new IllegalArgumentException("Failed to connect to the monitor")))
        .isEmpty();
    assertThat(ForeignFailure.of(new IllegalStateException("Permission denied by patient")))
        .isEmpty();
  }

  @Test
  void namesTheSchemeWhoseFileSystemIsMissing() {
    ExitCode code =
        execute(
            (context, flags) ->
                new org.apache.hadoop.fs.Path("nowhere://host/x")
                    .getFileSystem(new Configuration()));
    assertThat(code).isEqualTo(ExitCode.RESOURCES);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("(nowhere://)", "--packages");
    err.reset();
    Configuration listed = new Configuration();
    listed.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.S3AFileSystem");
    code = execute((context, flags) -> FileSystem.get(java.net.URI.create("s3a://b/x"), listed));
    assertThat(code).isEqualTo(ExitCode.RESOURCES);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("s3a://", "hadoop-aws");
  }

  @Test
  void aFileInTheWayOfTheRunsIsAWrongSetting(@TempDir Path dir) throws IOException {
    Path file = java.nio.file.Files.createFile(dir.resolve("file"));
    ExitCode code =
        execute(
            (context, flags) -> {
              org.apache.hadoop.fs.Path below =
                  new org.apache.hadoop.fs.Path(file.toUri() + "/a/b");
              below.getFileSystem(new Configuration()).mkdirs(below);
            });
    assertThat(code).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void sparkWithoutAPossibleMasterOrEnoughMemory() {
    assertThat(execute((context, flags) -> start("no-such-master", "1g")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(execute((context, flags) -> start("local[1]", "100m")))
        .isEqualTo(ExitCode.RESOURCES);
  }

  private static void start(String master, String memory) {
    SparkConf conf =
        new SparkConf(false)
            .setAppName("x")
            .setMaster(master)
            .set("spark.ui.enabled", "false")
            .set("spark.executor.memory", memory);
    new JavaSparkContext(conf).close();
  }
}
