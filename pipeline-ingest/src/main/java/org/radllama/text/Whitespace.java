package org.radllama.text;

/**
 * White space as Python's {@code str.isspace}, {@code str.strip} and {@code \s} see it, since the
 * published parsers, splits and scores (sacreBLEU) were made with them. Java's own notions differ:
 * they leave out no-break spaces, U+0085 or U+001C to U+001F.
 */
public final class Whitespace {
  private Whitespace() {}

  /** Whether Python's {@code isspace} holds of a code point; all such are in the basic plane. */
  public static boolean is(int c) {
    if (c <= ' ') {
      return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    }
    if (c < 0x85) {
      return false;
    }
    return switch (c) {
      case 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000 -> true;
      default -> c >= 0x2000 && c <= 0x200a;
    };
  }

  /** The text without white space at either end. */
  public static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && is(text.charAt(from))) {
      from++;
    }
    while (to > from && is(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** The text stripped, with every run of white space inside as one blank. */
  public static String fold(String text) {
    StringBuilder folded = new StringBuilder(text.length());
    boolean gap = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (is(c)) {
        gap = true;
      } else {
        if (gap && folded.length() > 0) {
          folded.append(' ');
        }
        folded.append(c);
        gap = false;
      }
    }
    return folded.toString();
  }
}
