package org.radllama.dataset;

/**
 * Findings as they are compared, never as they are trained on: lower case, words of {@code
 * [a-z0-9]+} joined by one blank, {@code ___} as the word {@code xxxx} like OpenI's mark. Runs of
 * marks are not merged.
 */
public final class NormalizedFindings {
  private static final String MARK = "xxxx";

  private NormalizedFindings() {}

  /** The normalised words, joined by one blank; empty if the text has none. */
  public static String of(String text) {
    StringBuilder words = new StringBuilder(text.length() + 16);
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = Character.toLowerCase(text.charAt(i));
      if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
        if (!inside && words.length() > 0) {
          words.append(' ');
        }
        words.append(c);
        inside = true;
      } else {
        inside = false;
        if (c == '_' && text.startsWith("___", i)) {
          words.append(words.length() > 0 ? " " : "").append(MARK);
          i += 2;
        }
      }
    }
    return words.toString();
  }
}
