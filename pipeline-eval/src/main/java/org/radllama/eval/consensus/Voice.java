package org.radllama.eval.consensus;

import java.io.Serializable;

/**
 * An impression that somebody would write, and how much it counts.
 *
 * @param weight finite, at least 0
 */
public record Voice(String text, double weight) implements Serializable {
  public Voice {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("a weight must be finite and at least 0, not " + weight);
    }
  }

  /** Report text is patient data, so this names the weight only. */
  @Override
  public String toString() {
    return "Voice[weight=%s]".formatted(weight);
  }
}
