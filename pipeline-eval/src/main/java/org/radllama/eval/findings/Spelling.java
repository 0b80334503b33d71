package org.radllama.eval.findings;

import java.util.Set;

/**
 * Slips of the keyboard: one letter more or less, two neighbours swapped, or another letter in a
 * long word ("injection" is no slip of "infection").
 */
final class Spelling {
  private static final int SHORTEST_CHANGED = 11;

  private Spelling() {}

  /** The one known word a slip away that begins alike; the word itself if none or several are. */
  static String closest(String word, Set<String> known) {
    String closest = word;
    for (String candidate : known) {
      if (candidate.charAt(0) == word.charAt(0) && isSlip(word, candidate)) {
        if (!closest.equals(word)) {
          return word;
        }
        closest = candidate;
      }
    }
    return closest;
  }

  static boolean isSlip(String a, String b) {
    if (a.length() > b.length()) {
      return isSlip(b, a);
    }
    if (b.length() - a.length() > 1) {
      return false;
    }
    int from = 0;
    while (from < a.length() && a.charAt(from) == b.charAt(from)) {
      from++;
    }
    if (b.length() > a.length()) {
      return a.regionMatches(from, b, from + 1, a.length() - from);
    }
    return (a.length() >= SHORTEST_CHANGED
            && a.regionMatches(from + 1, b, from + 1, a.length() - from - 1))
        || (from + 1 < a.length()
            && a.charAt(from) == b.charAt(from + 1)
            && a.charAt(from + 1) == b.charAt(from)
            && a.regionMatches(from + 2, b, from + 2, a.length() - from - 2));
  }
}
