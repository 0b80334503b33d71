package org.radllama.eval.bleu;

import java.util.List;
import org.radllama.text.Whitespace;

/**
 * The tokeniser of mteval-v13a as sacreBLEU's {@code tok:13a} has it: marks stand alone, save for
 * apostrophes, hyphens, and points and commas between digits; case is kept. Four rules are applied
 * one after the other, each from left to right over what the one before it left:
 *
 * <ol>
 *   <li>ASCII punctuation other than {@code ' , - .} gets blanks around it;
 *   <li>a point or comma that does not follow a digit gets blanks around it;
 *   <li>a point or comma that no digit follows gets blanks around it;
 *   <li>a hyphen after a digit gets blanks around it.
 * </ol>
 */
final class Tokenizer13a {
  private Tokenizer13a() {}

  /** Whether a rule concerns two neighbours. */
  private interface Rule {
    boolean takes(char left, char right);
  }

  /** The tokens in the order of the text. */
  static List<String> tokens(String text) {
    // The rules count on a blank at either end.
    CharSequence line = marksApart(" " + unescaped(Whitespace.strip(text)) + " ");
    line = apart(line, (left, right) -> !isDigit(left) && isPoint(right), false);
    line = apart(line, (left, right) -> isPoint(left) && !isDigit(right), true);
    line = apart(line, (left, right) -> isDigit(left) && right == '-', false);
    String tokens = Whitespace.fold(line.toString());
    return tokens.isEmpty() ? List.of() : List.of(tokens.split(" "));
  }

  private static String unescaped(String text) {
    return text.replace("<skipped>", "")
        .replace("-\n", "")
        .replace('\n', ' ')
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
  }

  private static CharSequence marksApart(String text) {
    StringBuilder apart = new StringBuilder(2 * text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isMark(c)) {
        apart.append(' ').append(c).append(' ');
      } else {
        apart.append(c);
      }
    }
    return apart;
  }

  /**
   * Puts blanks around the left or the right of the neighbours that a rule takes. Both are done
   * with then: the right one is not the left of the next two.
   */
  private static CharSequence apart(CharSequence text, Rule rule, boolean left) {
    StringBuilder apart = new StringBuilder(2 * text.length());
    int i = 0;
    while (i < text.length()) {
      boolean taken = i + 1 < text.length() && rule.takes(text.charAt(i), text.charAt(i + 1));
      if (taken && left) {
        apart.append(' ').append(text.charAt(i)).append(' ').append(text.charAt(i + 1));
      } else if (taken) {
        apart.append(text.charAt(i)).append(' ').append(text.charAt(i + 1)).append(' ');
      } else {
        apart.append(text.charAt(i));
      }
      i += taken ? 2 : 1;
    }
    return apart;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPoint(char c) {
    return c == '.' || c == ',';
  }

  private static boolean isMark(char c) {
    return (c >= '!' && c <= '&')
        || (c >= '(' && c <= '+')
        || c == '/'
        || (c >= ':' && c <= '@')
        || (c >= '[' && c <= '`')
        || (c >= '{' && c <= '~');
  }
}
