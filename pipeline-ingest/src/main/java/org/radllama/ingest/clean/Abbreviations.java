package org.radllama.ingest.clean;

import java.util.Locale;
import java.util.Set;

/** Full stops that end no sentence. */
final class Abbreviations {
  private static final Set<String> KNOWN =
      Set.of(
          "dr", "drs", "mr", "mrs", "ms", "prof", "st", "vs", "approx", "no", "e.g", "i.e", "a.m",
          "p.m", "fig", "jr", "sr", "ext", "min", "resp");
  private static final int LONGEST = 8;

  private Abbreviations() {}

  /** Whether the full stop at an index belongs to an abbreviation or an initial. */
  static boolean endAt(String text, int stop) {
    String word = before(text, stop);
    boolean initial = word.length() == 1 && Character.isUpperCase(word.charAt(0));
    return initial || isWord(text, stop);
  }

  /** Whether it belongs to an abbreviation. */
  static boolean isWord(String text, int stop) {
    return KNOWN.contains(before(text, stop).toLowerCase(Locale.ROOT));
  }

  /** The word before a full stop; of anything else nothing. */
  private static String before(String text, int stop) {
    int start = stop;
    while (start > 0
        && stop - start <= LONGEST
        && (Character.isLetterOrDigit(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    return text.charAt(stop) == '.' ? text.substring(start, stop) : "";
  }
}
