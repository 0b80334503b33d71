package org.radllama.run;

/** What a job's process exits with; schedulers decide by it. */
public enum ExitCode {
  /** The result is published. */
  DONE(0),
  /** Bad flags or configuration. */
  USAGE(2),
  /** Input unreadable, or rejected beyond the set share; or a gate is closed. */
  INPUT(3),
  /** Another process is writing this run-id now. */
  BUSY(4),
  /** GPU, memory, slots, disk, access or a library missing here. */
  RESOURCES(5),
  /** Training diverged: the loss is not finite. */
  DIVERGED(6),
  /** This run-id was made, or begun, from other inputs or settings: a person must decide. */
  TAKEN(7),
  /** The network, the cluster or a server failed: the same command may succeed later. */
  ENVIRONMENT(8),
  /** A defect of ours. */
  DEFECT(70);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process's exit status. */
  public int code() {
    return code;
  }
}
