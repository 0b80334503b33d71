package org.radllama.dataset;

import org.radllama.text.Words;

/**
 * Findings as they are compared, never as they are trained on: their {@link Words}, with {@code
 * ___} as the word {@code xxxx} like OpenI's mark. Runs of marks are not merged.
 */
public final class NormalizedFindings {
  private static final String BLANK_LINE = "___";
  private static final String MARK = " xxxx ";

  private NormalizedFindings() {}

  /** The normalised words, joined by one blank; empty if the text has none. */
  public static String of(String text) {
    return Words.of(text.contains(BLANK_LINE) ? text.replace(BLANK_LINE, MARK) : text);
  }
}
