package org.radllama.eval.history;

/**
 * Something about a run that a person should look at.
 *
 * @param run its id
 * @param kind what kind of thing
 * @param what the score's place, or the input's name
 * @param detail one sentence
 */
public record Flag(String run, Kind kind, String what, String detail) {
  /** What may be wrong. */
  public enum Kind {
    /** A score below the interval of the run before. */
    FELL,
    /** A model that was trained on another dataset than it is scored on. */
    OTHER_DATASET
  }
}
