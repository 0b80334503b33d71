package org.radllama.eval.history;

/** A folder that is no readable run. */
public record SetAside(String folder, Problem problem) implements Found {
  /** Why. */
  public enum Problem {
    /** It is being copied, or was not written by a job. */
    UNFINISHED("no _SUCCESS: unfinished, or no run"),
    /** Nothing says what it is. */
    NO_MANIFEST("no manifest.json"),
    /** It is not JSON, or names no job. */
    BAD_MANIFEST("manifest.json is damaged, or of no job"),
    /** It cannot be put in order. */
    NO_TIMES("timings.json is missing or damaged"),
    /** An evaluation without scores. */
    NO_SCORES("metrics.json is missing"),
    /** Scores that are no numbers. */
    BAD_SCORES("metrics.json is damaged"),
    /** More than a manifest can be. */
    TOO_LARGE("a file of more than 64 MiB"),
    /** The file system refuses. */
    UNREADABLE("cannot be read");

    private final String meaning;

    Problem(String meaning) {
      this.meaning = meaning;
    }

    /** For people. */
    public String meaning() {
      return meaning;
    }
  }
}
