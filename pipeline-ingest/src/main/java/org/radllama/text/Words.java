package org.radllama.text;

import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.EnumSet;
import java.util.Set;

/**
 * Words of any script, divided by the default rules of Unicode Standard Annex #29: letters and
 * digits, with their marks, form one word. In scripts written without blanks, as in the annex,
 * every ideograph and every Hiragana letter is a word, and in Thai and its kin, for which the annex
 * wants a dictionary, every letter with its marks. No dictionary is used, since its version would
 * decide which reports are duplicates.
 */
public final class Words {
  /** Scripts of which each letter is a word: ideographs, Hiragana, and Unicode's line break SA. */
  private static final Set<UnicodeScript> SINGLE =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR,
          UnicodeScript.TAI_LE,
          UnicodeScript.NEW_TAI_LUE,
          UnicodeScript.TAI_THAM,
          UnicodeScript.TAI_VIET,
          UnicodeScript.AHOM);

  /** Invisible, and yet a break. */
  private static final int ZERO_WIDTH_SPACE = 0x200B;

  private Words() {}

  /** What a character does to the word before it. */
  public enum Part {
    /** It ends it and belongs to none. */
    BREAK,
    /** It is a mark: it belongs to the word before it, if there is one. */
    MARK,
    /** It is invisible within a word and no part of it. */
    IGNORED,
    /** It is a letter or digit that runs on with others. */
    LETTER,
    /** It is Katakana, which runs on with Katakana only. */
    KATAKANA,
    /** It is a word of its own. */
    SINGLE
  }

  /** What a character does. */
  public static Part part(int codePoint) {
    if (codePoint < 0x80) {
      boolean letter =
          (codePoint >= 'a' && codePoint <= 'z')
              || (codePoint >= '0' && codePoint <= '9')
              || (codePoint >= 'A' && codePoint <= 'Z');
      return letter ? Part.LETTER : Part.BREAK;
    }
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          Part.MARK;
      case Character.FORMAT -> codePoint == ZERO_WIDTH_SPACE ? Part.BREAK : Part.IGNORED;
      case Character.UPPERCASE_LETTER,
              Character.LOWERCASE_LETTER,
              Character.TITLECASE_LETTER,
              Character.MODIFIER_LETTER,
              Character.OTHER_LETTER,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.LETTER_NUMBER,
              Character.OTHER_NUMBER ->
          letter(codePoint);
      default -> Part.BREAK;
    };
  }

  private static Part letter(int codePoint) {
    UnicodeScript script = UnicodeScript.of(codePoint);
    if (script == UnicodeScript.KATAKANA || codePoint == 0x30FC || codePoint == 0xFF70) {
      return Part.KATAKANA;
    }
    return SINGLE.contains(script) && !Character.isDigit(codePoint) ? Part.SINGLE : Part.LETTER;
  }

  /** Whether a character that is part of a word begins a new one behind another. */
  public static boolean between(Part before, Part next) {
    return before == Part.BREAK
        || next == Part.SINGLE
        || before == Part.SINGLE
        || (before == Part.KATAKANA) != (next == Part.KATAKANA);
  }

  /**
   * A text's words: letters, digits and the marks on them, in one case and in Unicode's normal form
   * C, joined by one blank. Of ASCII text these are the runs of {@code [a-z0-9]} in lower case.
   */
  public static String of(String text) {
    return isAscii(text) ? ascii(text) : anyScript(Normalizer.normalize(text, Normalizer.Form.NFC));
  }

  /** How many words {@link #of} makes of a text. */
  public static int number(String text) {
    int words = 0;
    Part before = Part.BREAK;
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      Part part = part(c);
      if (part != Part.MARK && part != Part.IGNORED) {
        words += part != Part.BREAK && between(before, part) ? 1 : 0;
        before = part;
      }
    }
    return words;
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  private static String ascii(String text) {
    StringBuilder words = new StringBuilder(text.length());
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      c = c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
      boolean part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (part && !inside && words.length() > 0) {
        words.append(' ');
      }
      if (part) {
        words.append(c);
      }
      inside = part;
    }
    return words.toString();
  }

  private static String anyScript(String text) {
    StringBuilder words = new StringBuilder(text.length());
    Part before = Part.BREAK;
    for (int i = 0, c; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      Part part = part(c);
      if (part == Part.MARK && before != Part.BREAK) {
        words.appendCodePoint(c);
      }
      if (part == Part.MARK || part == Part.IGNORED) {
        continue;
      }
      if (part != Part.BREAK) {
        if (between(before, part) && words.length() > 0) {
          words.append(' ');
        }
        words.appendCodePoint(oneCase(c));
      }
      before = part;
    }
    return words.toString();
  }

  /** Upper case first, so that both forms of the Greek sigma, for one, become the same. */
  private static int oneCase(int codePoint) {
    return Character.toLowerCase(Character.toUpperCase(codePoint));
  }

  /**
   * Words as a person counts them: what stands between white space, and where that is written in a
   * script without blanks, its words.
   */
  public static int count(String text) {
    boolean ascii = isAscii(text);
    int words = 0;
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean space = i == text.length() || Whitespace.is(text.charAt(i));
      if (space && from >= 0) {
        words += ascii ? 1 : countRun(text.substring(from, i));
      }
      from = space ? -1 : from < 0 ? i : from;
    }
    return words;
  }

  private static int countRun(String run) {
    return run.codePoints().anyMatch(c -> part(c) == Part.SINGLE) ? number(run) : 1;
  }
}
