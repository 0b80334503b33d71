package org.radllama.eval.predict;

import java.util.Locale;

/** A system that needs no model; every table shows it beside the others. */
public enum Baseline {
  /** Train's most frequent impression, the first to appear on a tie. */
  CONSTANT,
  /** The findings' first sentence. */
  LEAD,
  /** The impression of the train report with the most similar findings. */
  NEAREST,
  /** The consensus of the impressions of several train reports with similar findings. */
  NEIGHBOURS;

  /** The name in flags, settings and files. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it answers with impressions of similar train reports. */
  public boolean isRetrieval() {
    return this == NEAREST || this == NEIGHBOURS;
  }

  /** Whether it looks at the train split. */
  public boolean needsTrain() {
    return this != LEAD;
  }
}
