package org.radllama.eval.consensus;

import java.io.Serializable;

/**
 * An impression in the support set of minimum Bayes risk decoding: it may be chosen, and is what
 * the others are scored against.
 *
 * @param weight how much it counts; finite, at least 0
 */
public record MbrCandidate(String text, double weight) implements Serializable {
  public MbrCandidate {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a weight must be finite and at least 0, not " + weight);
    }
  }

  /** Report text is patient data, so this names the weight only. */
  @Override
  public String toString() {
    return "MbrCandidate[weight=%s]".formatted(weight);
  }
}
