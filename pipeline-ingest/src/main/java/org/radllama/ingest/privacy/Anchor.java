package org.radllama.ingest.privacy;

import java.util.BitSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern that is tried where words begin. Which two characters can begin a match is asked of the
 * pattern once, so that it is tried at few words.
 */
final class Anchor {
  private static final int FIRST = ' ';
  private static final int LAST = '~';
  private static final int RANGE = 128;

  private final Pattern pattern;
  private final BitSet pairs = new BitSet(RANGE * RANGE);

  Anchor(Pattern pattern) {
    this.pattern = pattern;
    for (char a = FIRST; a <= LAST; a++) {
      if (canBegin(String.valueOf(a))) {
        for (char b = FIRST; b <= LAST; b++) {
          pairs.set(a * RANGE + b, canBegin("" + a + b));
        }
      }
    }
  }

  /** Whether a longer text that begins so could match. */
  private boolean canBegin(String begin) {
    Matcher match = pattern.matcher(begin);
    return match.lookingAt() || match.hitEnd();
  }

  /**
   * Hands over every match.
   *
   * @param words where words and marks begin, see {@link #words}
   */
  void find(String text, int[] words, Consumer<Matcher> to) {
    Matcher match = null;
    for (int at : words) {
      char a = text.charAt(at);
      char b = at + 1 < text.length() ? text.charAt(at + 1) : '\n';
      if (a >= RANGE || b >= RANGE || b < FIRST || pairs.get(a * RANGE + b)) {
        if (match == null) {
          match = pattern.matcher(text).useTransparentBounds(true).useAnchoringBounds(false);
        }
        if (match.region(at, text.length()).lookingAt()) {
          to.accept(match);
        }
      }
    }
  }

  /** Where something begins: behind anything that is no letter or digit, and no white space. */
  static int[] words(String text) {
    int[] words = new int[text.length()];
    int count = 0;
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!inside && !Character.isWhitespace(c)) {
        words[count++] = i;
      }
      inside = Character.isLetterOrDigit(c);
    }
    return java.util.Arrays.copyOf(words, count);
  }
}
