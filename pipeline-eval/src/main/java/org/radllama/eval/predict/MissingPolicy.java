package org.radllama.eval.predict;

/** What happens to a report that an imported file has no prediction for. */
public enum MissingPolicy {
  /** Only reports that every system answered are scored, so that all are compared on the same. */
  SHARED,
  /** A missing prediction counts as an empty one. */
  EMPTY
}
