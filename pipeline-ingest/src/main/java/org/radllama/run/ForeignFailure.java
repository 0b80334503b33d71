package org.radllama.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.ipc.RemoteException;
import org.apache.hadoop.ipc.RetriableException;
import org.apache.hadoop.ipc.StandbyException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.SparkException;

/**
 * What the machine, the network or the cluster did to a job, told apart from its defects by the
 * exceptions of the JDK, Hadoop and Spark. Their messages may quote what was read, so only what
 * they are is said, and what a person can do.
 */
final class ForeignFailure {
  private static final Pattern DISK =
      Pattern.compile(
          "No space left on device|[Dd]isk quota (?:exceeded|of )|DSQuotaExceeded|NSQuotaExceeded"
              + "|could only be (?:written|replicated) to 0 "
              + "|Could not find any valid local directory");

  private static final Pattern ACCESS =
      Pattern.compile(
          "Permission denied|Read-only file system|Operation not permitted|Mkdirs failed to create");

  private static final Pattern NOT_DIRECTORY =
      Pattern.compile("exists and is not a directory|is not a directory|Not a directory");

  /** Hadoop loads file systems by class name. */
  private static final Pattern NO_CLIENT =
      Pattern.compile(
          "Class (?:org\\.apache\\.hadoop\\.fs\\.|com\\.google\\.cloud\\.hadoop\\.)\\S+ not found");

  private static final Pattern SCHEME = Pattern.compile("[Ff]or scheme:? \"?([a-z][a-z0-9+.-]*)");

  private static final Pattern MEMORY =
      Pattern.compile(
          "java\\.lang\\.OutOfMemoryError|System memory \\d+ must be at least"
              + "|Executor memory \\d+ must be at least"
              + "|(?:beyond|exceeding) (?:physical |virtual )?memory limits|OOMKilled"
              + "|[Ee]xecutor memory .{0,200}above the max threshold|unable to create native thread");

  private static final Pattern LOST =
      Pattern.compile(
          "ExecutorLostFailure|FetchFailed|MetadataFetchFailed|ExecutorDeadException|Executor heartbeat timed out"
              + "|Master removed our application|All masters are unresponsive|[Mm]ax number of executor failures"
              + "|Connection (?:refused|reset|timed out)|Failed to connect to|No route to host"
              + "|Cannot get the location of block|was cancelled because SparkContext was shut down"
              + "|stopped SparkContext|[Ss]park [Cc]ontext (?:was )?stopped|SparkContext has been shutdown|UnknownHostException"
              + "|running MetricsSystem");

  /** Exceptions of Hadoop's s3a, which are not on the class path of every job. */
  private static final Pattern NO_BUCKET = Pattern.compile("UnknownStoreException");

  private static final Pattern NO_KEYS =
      Pattern.compile(
          "CredentialInitializationException|NoAuthWithAWSException|NoAwsCredentials.*");

  private static final Pattern STORE_FAILED =
      Pattern.compile(
          "AWSServiceThrottledException|AWSStatus500Exception|AWSServiceIOException"
              + "|AWSClientIOException|AWSApiCallTimeoutException|AWSNoResponseException");

  private static final Pattern MASTER =
      Pattern.compile("Could not parse Master URL|Invalid master");

  /** The reasons in the order in which they are looked for, since one often brings another. */
  private static final List<Reason> REASONS =
      List.of(
          new Reason(
              ExitCode.RESOURCES,
              e -> foreign(e) && says(e, DISK),
              e ->
                  "the disk is full, or a quota is reached: free space where --out and spark.local.dir are"),
          new Reason(
              ExitCode.RESOURCES,
              e -> e instanceof OutOfMemoryError || (ofSpark(e) && says(e, MEMORY)),
              e ->
                  "the memory given to a JVM is too small: raise --driver-memory, --executor-memory or spark.executor.memoryOverhead, or run fewer tasks at a time"),
          new Reason(
              ExitCode.RESOURCES,
              e -> e instanceof UnsupportedFileSystemException || says(e, NO_CLIENT),
              ForeignFailure::noClient),
          new Reason(
              ExitCode.USAGE,
              e ->
                  e instanceof ParentNotDirectoryException
                      || e instanceof NotDirectoryException
                      || (e instanceof IOException && says(e, NOT_DIRECTORY)),
              e -> "a path leads through a file where a folder is needed: is --out a folder?"),
          new Reason(
              ExitCode.RESOURCES,
              e ->
                  e instanceof AccessDeniedException
                      || e instanceof AccessControlException
                      || (e instanceof IOException
                          && !(e instanceof SocketException)
                          && says(e, ACCESS)),
              e ->
                  "access to a file or folder is refused (permission, or a read-only file system); the user who runs the job must read its inputs and write --out and spark.local.dir"),
          new Reason(
              ExitCode.USAGE,
              e -> e instanceof SparkException && says(e, MASTER),
              e -> "--master is not the address of a Spark master"),
          new Reason(
              ExitCode.USAGE,
              e -> named(e, NO_BUCKET),
              e -> "there is no such bucket, or not at this endpoint (fs.s3a.endpoint)"),
          new Reason(
              ExitCode.RESOURCES,
              e -> named(e, NO_KEYS),
              e ->
                  "the store wants credentials and has none (fs.s3a.aws.credentials.provider): give the job a role, or keys in a credential file"),
          new Reason(
              ExitCode.ENVIRONMENT,
              ForeignFailure::network,
              e ->
                  "the network, or a server behind it, failed (%s): the same command may succeed later"
                      .formatted(e.getClass().getSimpleName())),
          new Reason(
              ExitCode.ENVIRONMENT,
              e -> ofSpark(e) && says(e, LOST),
              e ->
                  "the Spark master was not reached, or executors were lost again and again: the same command may succeed later (a lost executor that had too little memory will be lost again: see its log)"));

  private ForeignFailure() {}

  private interface Words {
    String of(Throwable e);
  }

  private record Reason(ExitCode code, Predicate<Throwable> is, Words words) {}

  /** The failure as one of ours, or empty where none of the known reasons is found. */
  static Optional<JobFailure> of(Throwable e) {
    List<Throwable> all = ExceptionUtils.getThrowableList(e);
    for (Reason reason : REASONS) {
      for (Throwable one : all) {
        if (reason.is.test(one)) {
          return Optional.of(new JobFailure(reason.code, reason.words.of(one), e));
        }
      }
    }
    return Optional.empty();
  }

  /** Whether its class or message has the words; a task's exception is text in that of its job. */
  private static boolean says(Throwable e, Pattern words) {
    return e.getMessage() != null && words.matcher(e.getMessage()).find();
  }

  /** Whether it is of a kind that no parser throws, whose messages may quote its input. */
  private static boolean foreign(Throwable e) {
    return e instanceof IOException || e instanceof Error || ofSpark(e);
  }

  private static boolean named(Throwable e, Pattern name) {
    return name.matcher(e.getClass().getSimpleName()).matches();
  }

  private static boolean network(Throwable e) {
    return e instanceof UnknownHostException
        || e instanceof SocketException
        || e instanceof SocketTimeoutException
        || e instanceof UnresolvedAddressException
        || e instanceof StandbyException
        || e instanceof RetriableException
        || named(e, STORE_FAILED)
        || (e instanceof RemoteException remote && retriable(remote))
        || (e instanceof InterruptedIOException && says(e, LOST));
  }

  private static boolean retriable(RemoteException e) {
    return List.of("StandbyException", "RetriableException", "SafeModeException").stream()
        .anyMatch(e.getClassName()::endsWith);
  }

  /** Whether Spark made it: what a job reads has no place in its messages but behind a task's. */
  private static boolean ofSpark(Throwable e) {
    return e instanceof SparkException
        || (e.getStackTrace().length > 0
            && e.getStackTrace()[0].getClassName().startsWith("org.apache.spark."))
        || (e.getStackTrace().length > 1
            && e.getStackTrace()[1].getClassName().startsWith("org.apache.spark."));
  }

  private static String noClient(Throwable e) {
    String message = e.getMessage() == null ? "" : e.getMessage();
    Matcher scheme = SCHEME.matcher(message);
    return "the library for a path's file system is missing%s: add it by --packages, for s3a:// org.apache.hadoop:hadoop-aws of Spark's Hadoop version, for gs:// com.google.cloud.bigdataoss:gcs-connector"
        .formatted(scheme.find() ? " (" + scheme.group(1) + "://)" : "");
  }
}
