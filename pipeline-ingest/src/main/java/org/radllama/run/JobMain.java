package org.radllama.run;

import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.SparkUserAppException;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.kohsuke.args4j.OptionHandlerFilter;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;
import org.radllama.failure.TryAgainException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a job's body as a process: flags in, one exit code out. */
public final class JobMain {
  private static final Logger LOG = LoggerFactory.getLogger(JobMain.class);

  /** The JVM's encoding of the names of files, which it takes from LC_ALL or LANG. */
  private static final String NAMES = "sun.jnu.encoding";

  /** In place of what cannot be decoded. */
  private static final char UNDECODED = '\uFFFD';

  private static final String BAD_LOCALE =
      "a file name or argument is not plain ASCII, and the locale %s (%s) cannot represent it: set LC_ALL=C.UTF-8"
          .formatted(
              Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                  .map(System.getenv()::get)
                  .filter(locale -> locale != null && !locale.isEmpty())
                  .findFirst()
                  .orElse("C"),
              System.getProperty(NAMES));

  private JobMain() {}

  /**
   * Parses the flags, loads {@code conf/JOB.conf}, runs the body and ends the process with its exit
   * code. In cluster mode, where exiting reads as a failure, it returns on success and throws
   * {@link SparkUserAppException} otherwise.
   */
  public static <F extends JobFlags> void run(String job, F flags, String[] args, Job<F> body)
      throws SparkUserAppException {
    Signals.watch();
    // For libraries; what is ours names its locale.
    Locale.setDefault(Locale.ROOT);
    // The JVM's own handler would print the message.
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> logWithoutMessages(e));
    ExitCode code = execute(job, flags, args, body, Console.system());
    if ("cluster".equals(System.getProperty("spark.submit.deployMode"))) {
      JobContext.startedOnce();
      if (code != ExitCode.DONE) {
        throw ExitInCluster.of(code);
      }
      return;
    }
    System.exit(code.code());
  }

  static <F extends JobFlags> ExitCode execute(
      String job, F flags, String[] args, Job<F> body, Console console) {
    try {
      if (!parse(job, flags, args, console)) {
        return ExitCode.DONE;
      }
      Settings settings =
          Settings.load(job, Optional.ofNullable(flags.config), flags.set, flags.overlay());
      JobContext context = new JobContext(job, settings, console);
      try {
        body.run(context, flags);
      } finally {
        context.stop();
      }
      return ExitCode.DONE;
    } catch (Exception | Error e) { // Hadoop's FSError is an Error
      if (isEnding() && Signals.received()) {
        // Asked to end from outside: what fails now fails because of that.
        LOG.warn("interrupted: {}", e.getClass().getName());
        LOG.debug("interrupted", e);
        console.line("radllama %s: interrupted".formatted(job));
        return ExitCode.ENVIRONMENT;
      }
      return failed(job, e, console);
    }
  }

  private static ExitCode failed(String job, Throwable e, Console console) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      Optional<ExitCode> code = codeOf(t);
      Optional<JobFailure> below =
          code.equals(Optional.of(ExitCode.INPUT)) ? beneath(t) : Optional.empty();
      if (below.isPresent()) {
        console.line(
            "radllama %s: %s: %s".formatted(job, t.getMessage(), below.get().getMessage()));
        return below.get().exitCode();
      }
      if (code.isPresent()) {
        LOG.debug("failed", e);
        console.line("radllama %s: %s".formatted(job, t.getMessage()));
        return code.get();
      }
    }
    if (ExceptionUtils.indexOfType(e, InvalidPathException.class) >= 0 && !namesAreUtf8()) {
      console.line("radllama %s: %s".formatted(job, BAD_LOCALE));
      return ExitCode.INPUT;
    }
    Optional<JobFailure> foreign = ForeignFailure.of(e);
    if (foreign.isPresent()) {
      console.line("radllama %s: %s".formatted(job, foreign.get().getMessage()));
      logWithoutMessages(e);
      return foreign.get().exitCode();
    }
    if (isEnding()) {
      console.line(
          "radllama %s: a library, most likely Spark, ended this process: its log says why"
              .formatted(job));
      logWithoutMessages(e);
      return ExitCode.ENVIRONMENT;
    }
    // Messages of foreign exceptions may quote their input, which may be report text.
    console.line(
        "radllama %s: a defect: %s at %s".formatted(job, e.getClass().getName(), place(e)));
    logWithoutMessages(e);
    return ExitCode.DEFECT;
  }

  /** Why an input could not be read, where the network failed: it may be there again later. */
  private static Optional<JobFailure> beneath(Throwable input) {
    return input.getCause() == null
        ? Optional.empty()
        : ForeignFailure.of(input.getCause()).filter(f -> f.exitCode() == ExitCode.ENVIRONMENT);
  }

  private static boolean namesAreUtf8() {
    return "UTF-8".equals(System.getProperty(NAMES));
  }

  private static boolean isEnding() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  private static void logWithoutMessages(Throwable e) {
    if (isEnding() && Signals.received()) {
      return;
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      LOG.error("{} {}", t.getClass().getName(), stack(t));
    }
  }

  /** The exit code of an exception whose message is ours, and may be printed. */
  private static Optional<ExitCode> codeOf(Throwable e) {
    if (e instanceof JobFailure failure) {
      return Optional.of(failure.exitCode());
    }
    if (e instanceof BadSettingException) {
      return Optional.of(ExitCode.USAGE);
    }
    if (e instanceof BadInputException) {
      return Optional.of(ExitCode.INPUT);
    }
    if (e instanceof TryAgainException) {
      return Optional.of(ExitCode.ENVIRONMENT);
    }
    return e instanceof MissingResourceException
        ? Optional.of(ExitCode.RESOURCES)
        : Optional.empty();
  }

  private static String place(Throwable e) {
    return e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0].toString();
  }

  private static String stack(Throwable t) {
    StringBuilder lines = new StringBuilder();
    for (StackTraceElement element : t.getStackTrace()) {
      lines.append("\n    at ").append(element);
    }
    return lines.toString();
  }

  private static <F extends JobFlags> boolean parse(
      String job, F flags, String[] args, Console console) {
    CmdLineParser parser = new CmdLineParser(flags);
    if (String.join("", args).indexOf(UNDECODED) >= 0 && !namesAreUtf8()) {
      throw JobFailure.input(BAD_LOCALE);
    }
    try {
      parser.parseArgument(PublishedRuns.located(args));
    } catch (CmdLineException e) {
      throw new JobFailure(ExitCode.USAGE, e.getMessage() + " (--help lists the flags)", e);
    }
    if (flags.help) {
      ByteArrayOutputStream usage = new ByteArrayOutputStream();
      parser.getProperties().withUsageWidth(110);
      usage.writeBytes(("usage: " + job + " FLAGS\n").getBytes(StandardCharsets.UTF_8));
      parser.printUsage(
          new OutputStreamWriter(usage, StandardCharsets.UTF_8), null, OptionHandlerFilter.PUBLIC);
      usage.writeBytes(("\nexample: radllama " + flags.example()).getBytes(StandardCharsets.UTF_8));
      console.result(usage.toString(StandardCharsets.UTF_8));
    }
    return !flags.help;
  }
}
