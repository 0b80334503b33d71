package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.radllama.text.Sentences;

/**
 * The words of a statement, in lower case, and where they stand in the text. Punctuation that
 * divides it is a word of its own, and a full stop is its last.
 */
final class Statement {
  /** The word for a question mark behind a word; one before a word is {@code query}. */
  static final String QUESTION_MARK = "question-mark";

  /**
   * Longer statements are cut at the next comma or "and", at twice as many anywhere; a statement of
   * an impression has about ten words.
   */
  private static final int MOST_WORDS = 256;

  /** Shorter lines end where their author wanted. */
  private static final int SHORTEST_WRAPPED = 40;

  /** Words that no line of a list ends with. */
  private static final Set<String> CONNECTIVES =
      Set.of(
          "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "no", "of", "on", "or",
          "the", "to", "with", "without", "acute", "focal", "new", "left", "right", "nor", ",", "-",
          ":", "(");

  private final List<String> words = new ArrayList<>();
  private int[] places = new int[64];

  int size() {
    return words.size();
  }

  String word(int i) {
    return words.get(i);
  }

  /** Where a word begins in the text. */
  int start(int i) {
    return places[2 * i];
  }

  /** Where it ends. */
  int end(int i) {
    return places[2 * i + 1];
  }

  /**
   * Whether one of the words from {@code from}, inclusive, to {@code to}, exclusive, is this one.
   */
  boolean holds(String word, int from, int to) {
    for (int i = Math.max(0, from); i < to; i++) {
      if (words.get(i).equals(word)) {
        return true;
      }
    }
    return false;
  }

  private void add(String word, int start, int end) {
    if (2 * words.size() + 2 > places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[2 * words.size()] = start;
    places[2 * words.size() + 1] = end;
    words.add(word);
  }

  /** Takes the last letter from the last word. */
  private void shorten() {
    String last = last();
    words.set(words.size() - 1, last.substring(0, last.length() - 1));
    places[2 * words.size() - 1]--;
  }

  private String last() {
    return words.isEmpty() ? "" : words.get(words.size() - 1);
  }

  /** The statements of a text that have a word. */
  static List<Statement> of(String text) {
    return new Cutter(text).cut();
  }

  /** Cuts a text. */
  private static final class Cutter {
    private final String text;
    private final List<Statement> statements = new ArrayList<>();
    private Statement open = new Statement();
    private boolean hasWord;
    private int parentheses;
    private int line;

    Cutter(String text) {
      this.text = text;
    }

    List<Statement> cut() {
      int i = 0;
      while (i < text.length()) {
        i = isWord(i) ? word(i) : mark(i);
      }
      end(i);
      return statements;
    }

    private int word(int from) {
      int to = from + 1;
      boolean lower = isLower(from);
      while (isWord(to) || isPoint(to)) {
        lower &= isLower(to);
        to++;
      }
      if (open.size() >= 2 * MOST_WORDS) {
        end(from);
      }
      open.add(lower ? text.substring(from, to) : lowered(from, to), from, to);
      hasWord = true;
      if (open.size() >= MOST_WORDS && open.last().equals("and")) {
        end(to);
      }
      return to;
    }

    private String lowered(int from, int to) {
      char[] word = text.substring(from, to).toCharArray();
      for (int k = 0; k < word.length; k++) {
        word[k] = word[k] < 'A' || word[k] > 'Z' ? word[k] : (char) (word[k] + 'a' - 'A');
      }
      return new String(word);
    }

    private int mark(int i) {
      switch (text.charAt(i)) {
        case ',' -> {
          open.add(",", i, i + 1);
          if (open.size() >= MOST_WORDS) {
            end(i + 1);
          }
        }
        case '(', '[' -> {
          parentheses++;
          open.add("(", i, i + 1);
        }
        case ')', ']' -> closed(i);
        case ':' -> open.add(":", i, i + 1);
        case '?' -> asked(i);
        case '+' -> {
          if (text.startsWith("+/-", i)) {
            open.add("+/-", i, i + 3);
            return i + 3;
          }
        }
        case '-', '\u2013', '\u2014' -> dash(i);
        case '\'', '\u2019' -> {
          return apostrophe(i);
        }
        case '\n' -> {
          if (Sentences.endsStatement(text, i) || beginsLine(i)) {
            end(i);
          }
          line = i + 1;
        }
        default -> {
          if (Sentences.endsStatement(text, i) && !isAbbreviation(i)) {
            end(i);
          }
        }
      }
      return i + 1;
    }

    private void dash(int i) {
      if (hasWord && (text.charAt(i) != '-' || (isBlank(i - 1) && isBlank(i + 1)))) {
        open.add("-", i, i + 1);
      }
    }

    /** "isn't" is two words, "is" and "not". */
    private int apostrophe(int i) {
      String last = open.last();
      boolean denies =
          last.length() > 2
              && last.endsWith("n")
              && open.end(open.size() - 1) == i
              && i + 1 < text.length()
              && (text.charAt(i + 1) | ' ') == 't'
              && !isWord(i + 2);
      if (!denies) {
        return i + 1;
      }
      if (!last.equals("can")) {
        open.shorten();
      }
      open.add("not", i, i + 2);
      return i + 2;
    }

    /** A parenthesis that was never opened closes the number of a list's item. */
    private void closed(int i) {
      if (parentheses > 0) {
        parentheses--;
        open.add(")", i, i + 1);
      } else {
        end(i);
      }
    }

    private void asked(int i) {
      if ((!isBlank(i + 1) && isWord(i + 1)) || (isBlank(i - 1) && i + 1 < text.length())) {
        open.add("query", i, i + 1);
      } else {
        open.add(QUESTION_MARK, i, i + 1);
        end(i + 1);
      }
    }

    /** "vs." ends nothing. */
    private boolean isAbbreviation(int i) {
      return text.charAt(i) == '.' && open.last().equals("vs");
    }

    /**
     * Whether this line may end here, and is too short to be wrapped or the next begins as a
     * sentence does.
     */
    private boolean beginsLine(int i) {
      int next = i + 1;
      while (next < text.length() && text.charAt(next) == ' ') {
        next++;
      }
      if (next + 1 >= text.length() || CONNECTIVES.contains(open.last())) {
        return false;
      }
      int to = next;
      while (isWord(to)) {
        to++;
      }
      boolean isSentence = isUpper(text.charAt(next)) && isLower(next + 1);
      return isSentence
          || (i - line < SHORTEST_WRAPPED && !CONNECTIVES.contains(lowered(next, to)));
    }

    private void end(int i) {
      if (hasWord) {
        open.add(".", i, i);
        statements.add(open);
        open = new Statement();
      } else if (open.size() > 0) {
        open = new Statement();
      }
      hasWord = false;
      parentheses = 0;
    }

    private boolean isWord(int i) {
      if (i >= text.length()) {
        return false;
      }
      char c = text.charAt(i);
      return (c >= 'a' && c <= 'z') || isUpper(c) || (c >= '0' && c <= '9');
    }

    private boolean isLower(int i) {
      return text.charAt(i) >= 'a' && text.charAt(i) <= 'z';
    }

    private static boolean isUpper(char c) {
      return c >= 'A' && c <= 'Z';
    }

    private boolean isPoint(int i) {
      return i + 1 < text.length()
          && text.charAt(i) == '.'
          && isDigit(text.charAt(i - 1))
          && isDigit(text.charAt(i + 1));
    }

    private static boolean isDigit(char c) {
      return c >= '0' && c <= '9';
    }

    private boolean isBlank(int i) {
      return i < 0 || i >= text.length() || text.charAt(i) <= ' ';
    }
  }
}
