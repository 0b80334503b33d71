package org.radllama.eval.bleu;

import java.util.ArrayList;
import java.util.Arrays;
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
 *
 * <p>One serves one thread: it keeps its buffers from text to text.
 */
final class Tokenizer13a {
  private char[] from = new char[1024];
  private char[] into = new char[1024];
  private int length;

  /** Takes a token as a run of characters in a buffer that is used again. */
  interface Sink {
    void token(char[] buffer, int start, int end);
  }

  /** The tokens themselves, for people and tests. */
  static List<String> tokens(String text) {
    List<String> tokens = new ArrayList<>();
    new Tokenizer13a()
        .tokenize(text, (buffer, start, end) -> tokens.add(new String(buffer, start, end - start)));
    return tokens;
  }

  /** Gives every token to {@code sink}, in the order of the text. */
  void tokenize(String text, Sink sink) {
    load(unescaped(Whitespace.strip(text)));
    separateMarks();
    separatePointsAfterOthers();
    separatePointsBeforeOthers();
    separateHyphensAfterDigits();
    int start = 0;
    for (int i = 0; i <= length; i++) {
      if (i == length || Whitespace.is(from[i])) {
        if (i > start) {
          sink.token(from, start, i);
        }
        start = i + 1;
      }
    }
  }

  private static String unescaped(String text) {
    String line = text;
    if (line.indexOf('<') >= 0) {
      line = line.replace("<skipped>", "");
    }
    if (line.indexOf('\n') >= 0) {
      line = line.replace("-\n", "").replace('\n', ' ');
    }
    if (line.indexOf('&') >= 0) {
      line =
          line.replace("&quot;", "\"")
              .replace("&amp;", "&")
              .replace("&lt;", "<")
              .replace("&gt;", ">");
    }
    return line;
  }

  /** The text between two blanks, which the rules count on. */
  private void load(String text) {
    length = 0;
    int needed = text.length() + 2;
    if (from.length < needed) {
      from = new char[needed * 2];
    }
    from[0] = ' ';
    text.getChars(0, text.length(), from, 1);
    from[needed - 1] = ' ';
    length = needed;
  }

  private void separateMarks() {
    int n = begin();
    for (int i = 0; i < length; i++) {
      char c = from[i];
      if (isMark(c)) {
        into[n++] = ' ';
        into[n++] = c;
        into[n++] = ' ';
      } else {
        into[n++] = c;
      }
    }
    end(n);
  }

  private void separatePointsAfterOthers() {
    int n = begin();
    for (int i = 0; i < length; i++) {
      into[n++] = from[i];
      if (i + 1 < length && !isDigit(from[i]) && isPoint(from[i + 1])) {
        into[n++] = ' ';
        into[n++] = from[++i];
        into[n++] = ' ';
      }
    }
    end(n);
  }

  private void separatePointsBeforeOthers() {
    int n = begin();
    for (int i = 0; i < length; i++) {
      if (i + 1 < length && isPoint(from[i]) && !isDigit(from[i + 1])) {
        into[n++] = ' ';
        into[n++] = from[i++];
        into[n++] = ' ';
      }
      into[n++] = from[i];
    }
    end(n);
  }

  private void separateHyphensAfterDigits() {
    int n = begin();
    for (int i = 0; i < length; i++) {
      into[n++] = from[i];
      if (i + 1 < length && isDigit(from[i]) && from[i + 1] == '-') {
        into[n++] = ' ';
        into[n++] = from[++i];
        into[n++] = ' ';
      }
    }
    end(n);
  }

  /** No rule makes a text more than three times as long. */
  private int begin() {
    if (into.length < length * 3) {
      into = Arrays.copyOf(into, length * 4);
    }
    return 0;
  }

  private void end(int n) {
    char[] swap = from;
    from = into;
    into = swap;
    length = n;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPoint(char c) {
    return c == '.' || c == ',';
  }

  private static boolean isMark(char c) {
    return (c >= ' ' && c <= '&')
        || (c >= '(' && c <= '+')
        || c == '/'
        || (c >= ':' && c <= '@')
        || (c >= '[' && c <= '`')
        || (c >= '{' && c <= '~');
  }
}
