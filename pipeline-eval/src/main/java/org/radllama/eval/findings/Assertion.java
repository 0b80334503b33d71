package org.radllama.eval.findings;

/** What a text says of an observation; a later constant wins when it says several things. */
public enum Assertion {
  /** Nothing. */
  ABSENT,
  /** That it is not there. */
  NEGATIVE,
  /** That it may be there. */
  UNCERTAIN,
  /** That it is there. */
  POSITIVE
}
