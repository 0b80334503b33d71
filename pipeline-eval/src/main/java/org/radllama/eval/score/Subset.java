package org.radllama.eval.score;

import java.util.Locale;

/** A part of the reports that is scored by itself. */
public enum Subset {
  /** Every report. */
  ALL,
  /** No train report has the same findings after normalisation. */
  CLEAN,
  /** A train report has the same findings after normalisation. */
  LEAKED,
  /** The source says normal. */
  NORMAL,
  /** The source says abnormal. */
  ABNORMAL;

  /** The name in {@code metrics.json}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException for any other
   */
  public static Subset of(String label) {
    for (Subset subset : values()) {
      if (subset.label().equals(label)) {
        return subset;
      }
    }
    throw new IllegalArgumentException(
        "not a subset: " + label + " (all, clean, leaked, normal, abnormal)");
  }
}
