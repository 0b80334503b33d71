package org.radllama.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Where sentences of report text end. There are three rules, and results depend on which one is
 * used: the general one ({@link #of}, {@link #first}), the published one of ImpressionGPT ({@link
 * #period}), and the one that the finding rules were written for ({@link #endsStatement}).
 */
public final class Sentences {
  private Sentences() {}

  /**
   * The sentences, stripped. One ends behind a full stop, question or exclamation mark that white
   * space follows; the number of a list, such as {@code 1.}, stays with what it counts.
   */
  public static List<String> of(String text) {
    List<String> sentences = new ArrayList<>();
    for (int from = 0, to; from < text.length(); from = to) {
      to = end(text, from);
      String sentence = text.substring(from, to).strip();
      if (!sentence.isEmpty()) {
        sentences.add(sentence);
      }
    }
    return sentences;
  }

  /** The first of these sentences; empty if there is none. */
  public static String first(String text) {
    String stripped = text.strip();
    return stripped.substring(0, end(stripped, 0));
  }

  private static int end(String text, int from) {
    for (int i = from + 1; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i))
          && ".?!".indexOf(text.charAt(i - 1)) >= 0
          && !text.substring(from, i - 1).strip().chars().allMatch(Character::isDigit)) {
        return i;
      }
    }
    return text.length();
  }

  /** The next full stop, where every one ends a sentence, or the text's length. */
  public static int period(String text, int from) {
    int period = text.indexOf('.', from);
    return period < 0 ? text.length() : period;
  }

  /**
   * Whether a statement ends at a character: at every full stop that is not inside a number, at
   * {@code ; : ! ?}, and at a newline before an empty line or the next item of a list.
   */
  public static boolean endsStatement(String text, int i) {
    char next = i + 1 < text.length() ? text.charAt(i + 1) : ' ';
    return switch (text.charAt(i)) {
      case '\n' -> next == '\n' || next == '-' || next == '*' || isDigit(next);
      case ';', ':', '!', '?' -> true;
      case '.' -> i == 0 || !isDigit(text.charAt(i - 1)) || !isDigit(next);
      default -> false;
    };
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
