package org.radllama.run;

/**
 * Ends a job with an exit code and one line for the person who runs it: what was seen, what was
 * expected, which setting changes it. Never a word of report text.
 */
public final class JobFailure extends RuntimeException {
  private final ExitCode exitCode;

  /** A failure that nothing else caused. */
  public JobFailure(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  /** A failure with its cause, which is logged with its stack. */
  public JobFailure(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** Bad flags or configuration: exit 2. */
  public static JobFailure usage(String message) {
    return new JobFailure(ExitCode.USAGE, message);
  }

  /** Unreadable or too often rejected input: exit 3. */
  public static JobFailure input(String message) {
    return new JobFailure(ExitCode.INPUT, message);
  }

  /** Another process has the run-id: exit 4. */
  public static JobFailure busy(String message) {
    return new JobFailure(ExitCode.BUSY, message);
  }

  /** Resources missing: exit 5. */
  public static JobFailure resources(String message) {
    return new JobFailure(ExitCode.RESOURCES, message);
  }

  /** Training diverged: exit 6. */
  public static JobFailure diverged(String message) {
    return new JobFailure(ExitCode.DIVERGED, message);
  }

  /** The run-id stands for other inputs or settings: exit 7. */
  public static JobFailure taken(String message) {
    return new JobFailure(ExitCode.TAKEN, message);
  }

  /** What the process exits with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
