package org.radllama.eval.predict;

import org.radllama.run.JobFailure;

/** What becomes of a report that an imported file has no prediction for. */
public enum MissingPolicy {
  /** Only reports that every system answered are scored, so that all are compared on the same. */
  SHARED,
  /** A missing prediction counts as an empty one. */
  EMPTY;

  /**
   * Reads the setting {@code predictions.missing}.
   *
   * @throws JobFailure exit 2 for any other word
   */
  public static MissingPolicy of(String name) {
    return switch (name) {
      case "shared" -> SHARED;
      case "empty" -> EMPTY;
      default -> throw JobFailure.usage("predictions.missing must be shared or empty, not " + name);
    };
  }
}
