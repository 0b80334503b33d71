package org.radllama.ingest.section;

import org.radllama.text.Whitespace;

/** Lines that are drawn, not written: {@code -----}, {@code =====}. */
final class Rules {
  private static final String DRAWN = "-=_~*#\u2013\u2014";
  private static final int SHORTEST = 3;

  private Rules() {}

  /** Whether a part of a text is such a line: at least three of one of these marks, no other. */
  static boolean isRule(String text, int start, int end) {
    char mark = 0;
    int marks = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (!Whitespace.is(c)) {
        if (DRAWN.indexOf(c) < 0 || (mark != 0 && c != mark)) {
          return false;
        }
        mark = c;
        marks++;
      }
    }
    return marks >= SHORTEST;
  }

  /**
   * A section's text without such lines at either end, and without marks that only close others.
   */
  static String strip(String text) {
    String stripped = Whitespace.strip(text);
    while (true) {
      int first = stripped.indexOf('\n');
      int last = stripped.lastIndexOf('\n');
      if (last >= 0 && isDrawn(stripped, last + 1, stripped.length())) {
        stripped = Whitespace.strip(stripped.substring(0, last));
      } else if (first >= 0 && isDrawn(stripped, 0, first)) {
        stripped = Whitespace.strip(stripped.substring(first));
      } else if (isDrawn(stripped, 0, stripped.length())) {
        return "";
      } else {
        return unclosed(stripped);
      }
    }
  }

  /** The mark of de-identification, three underscores, is written. */
  private static boolean isDrawn(String text, int start, int end) {
    return isRule(text, start, end) && !Whitespace.strip(text.substring(start, end)).equals("___");
  }

  private static String unclosed(String text) {
    boolean bold = text.endsWith("**") && text.indexOf("**") == text.length() - 2;
    boolean bar = text.endsWith(" |") && text.indexOf('|') == text.length() - 1;
    return bold
        ? Whitespace.strip(text.substring(0, text.length() - 2))
        : bar ? Whitespace.strip(text.substring(0, text.length() - 1)) : text;
  }
}
