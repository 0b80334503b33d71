package org.radllama.train.tokenizer;

import java.util.function.Consumer;

/**
 * Cuts text into the units that no token may cross, as SentencePiece does for Llama 2 (split by
 * whitespace, by digits, and letters apart from marks): a run of letters or of other marks, with
 * the one blank before it as U+2581, or a single digit. Line breaks and other control characters
 * belong to no unit, so they stay bytes.
 */
public final class WordSplitter {
  /** The visible form of a blank. */
  static final char BLANK = '\u2581';

  private enum Kind {
    LETTER,
    DIGIT,
    MARK,
    BLANK,
    NONE
  }

  private WordSplitter() {}

  /**
   * Hands over every unit of a text in order. As in the tokenizer, a text begins with a blank of
   * its own.
   */
  public static void split(String text, Consumer<String> units) {
    String marked = BLANK + text.replace(' ', BLANK);
    int start = 0;
    while (start < marked.length()) {
      int end = unitEnd(marked, start);
      if (kind(marked.codePointAt(start)) != Kind.NONE) {
        units.accept(marked.substring(start, end));
      }
      start = end;
    }
  }

  private static int unitEnd(String text, int start) {
    Kind kind = kind(text.codePointAt(start));
    int at = start + Character.charCount(text.codePointAt(start));
    if (kind == Kind.BLANK && at < text.length()) {
      kind = kind(text.codePointAt(at));
      if (kind != Kind.LETTER && kind != Kind.MARK) {
        return at;
      }
    }
    while (at < text.length() && joins(kind, text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    return at;
  }

  private static boolean joins(Kind kind, int next) {
    return (kind == Kind.LETTER || kind == Kind.MARK) && kind(next) == kind;
  }

  private static Kind kind(int codePoint) {
    if (codePoint == BLANK) {
      return Kind.BLANK;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK ->
          Kind.LETTER;
      case Character.DECIMAL_DIGIT_NUMBER -> Kind.DIGIT;
      case Character.CONTROL,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE,
              Character.UNASSIGNED ->
          Kind.NONE;
      default -> Kind.MARK;
    };
  }
}
