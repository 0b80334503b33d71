package org.radllama.ingest.section;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.radllama.text.Whitespace;

/** A report of free form and the names to look for in it. */
class HeaderText {
  static final String DASHES = "-\u2013\u2014";
  static final int LONGEST_WORD = 30;
  private static final int MOST_WORDS = 6;
  private static final String COLONS = ":\uff1a\ufe55\u2236";

  /** What may number the sections of a report. */
  private static final Set<String> NUMBERS =
      Set.of(
          "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "I", "II", "III", "IV",
          "V", "VI", "VII", "VIII", "IX", "X", "A", "B", "C", "D", "E", "F", "G", "H");

  final String text;
  final HeaderNames names;

  /** Whether small letters prevail, so that capitals say something. */
  final boolean mixed;

  HeaderText(String text, HeaderNames names) {
    this.text = text;
    this.names = names;
    this.mixed = isMixed(text);
  }

  HeaderText(HeaderText other) {
    this.text = other.text;
    this.names = other.names;
    this.mixed = other.mixed;
  }

  private static boolean isMixed(String text) {
    int lower = 0;
    int upper = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'a' && c <= 'z') {
        lower++;
      } else if (c >= 'A' && (c <= 'Z' || c >= 0x80)) {
        upper += Character.isUpperCase(c) ? 1 : 0;
        lower += Character.isLowerCase(c) ? 1 : 0;
      }
    }
    return lower > upper;
  }

  static boolean isColon(char c) {
    return c == ':' || (c >= 0x80 && COLONS.indexOf(c) >= 0);
  }

  static boolean isLetter(char c) {
    return Character.isLetter(c)
        || c == '\''
        || c == '\u2019'
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  static boolean isGap(char c) {
    return c <= ' '
        ? Whitespace.is(c)
        : c >= 0x80 && (Whitespace.is(c) || c == '\u200b' || c == '\ufeff');
  }

  /** Folded words from a place on, with where each ends; {@code /} and {@code &} are words too. */
  final class Words {
    final List<String> words = new ArrayList<>();
    final List<Integer> ends = new ArrayList<>();

    Words(int from, int end) {
      int at = from;
      while (words.size() < MOST_WORDS) {
        int to = at;
        while (to < end && to - at <= LONGEST_WORD && isLetter(text.charAt(to))) {
          to++;
        }
        if (to == at || to - at > LONGEST_WORD) {
          break;
        }
        if (text.startsWith("(s)", to) || text.startsWith("(S)", to)) {
          to += 3;
        }
        String word = HeaderNames.fold(text.substring(at, Math.min(to, end)));
        if (words.isEmpty() && !names.begins(word)) {
          break;
        }
        words.add(word);
        ends.add(to);
        int gap = to;
        if (gap < end && isGap(text.charAt(gap)) && text.charAt(gap) != '\t') {
          gap++;
        }
        if (gap < end && "/&+".indexOf(text.charAt(gap)) >= 0) {
          words.add(String.valueOf(text.charAt(gap)));
          ends.add(gap + 1);
          gap++;
          if (gap < end && isGap(text.charAt(gap))) {
            gap++;
          }
        } else if (gap == to && gap < end && text.charAt(gap) == '-') {
          gap++;
        } else if (gap == to) {
          break;
        }
        at = gap;
      }
    }
  }

  int afterColon(int colon, int end) {
    int at = colon + 1;
    while (at < end && isColon(text.charAt(at))) {
      at++;
    }
    int marks = at;
    while (marks < end
        && marks - at < 3
        && (text.charAt(marks) == '*' || text.charAt(marks) == '_')) {
      marks++;
    }
    boolean closing = marks - at > 1 || (marks > at && (marks == end || isGap(text.charAt(marks))));
    at = closing && marks - at < 3 ? marks : at;
    boolean dash =
        at + 1 < end && DASHES.indexOf(text.charAt(at)) >= 0 && isGap(text.charAt(at + 1));
    return dash ? at + 1 : at;
  }

  int skipGap(int from, int end) {
    int at = from;
    while (at < end && isGap(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /**
   * Behind {@code 1.}, {@code 2)}, {@code IV.} or {@code (a)} in front of a header, {@code A.} if
   * wanted.
   */
  int skipNumber(int from, int end, boolean letters) {
    int at = from < end && text.charAt(from) == '(' ? from + 1 : from;
    int to = at;
    while (to < end && to - at < 4 && isNumeral(text.charAt(to))) {
      to++;
    }
    boolean ends = to > at && to + 1 < end && ".)".indexOf(text.charAt(to)) >= 0;
    if (!ends || !NUMBERS.contains(text.substring(at, to).toUpperCase(Locale.ROOT))) {
      return from;
    }
    boolean number = isDigit(text.charAt(at)) || to - at > 1 || text.charAt(at) == 'I';
    return number || letters ? to + 1 : from;
  }

  static boolean isNumeral(char c) {
    return isDigit(c) || (c >= 'A' && c <= 'X') || (c >= 'a' && c <= 'x');
  }

  boolean isUpper(int from, int to) {
    int letters = 0;
    for (int i = from; i < to; i++) {
      if (Character.isLowerCase(text.charAt(i)) && !text.startsWith("(s)", i - 1)) {
        return false;
      }
      letters += Character.isUpperCase(text.charAt(i)) ? 1 : 0;
    }
    return letters > 1;
  }

  /** Whether a small letter comes before the next colon. */
  boolean hasLower(int from, int end) {
    for (int i = from; i < end && text.charAt(i) != ':'; i++) {
      if (Character.isLowerCase(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  boolean isBlank(int from, int end) {
    return skipGap(from, end) >= end;
  }

  int lastInk(int start, int end) {
    int last = end - 1;
    while (last >= start && isGap(text.charAt(last))) {
      last--;
    }
    return last;
  }

  boolean isRule(int start, int end) {
    return Rules.isRule(text, start, end);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
