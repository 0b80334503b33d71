package org.radllama.ingest.clean;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the numbers of a list's items: {@code 1.}, {@code 2)}, with or without a blank behind, in
 * front of anything but a digit, at the beginning, behind the end of a sentence or on a new line,
 * and counting up from one. So {@code 1.5 cm}, {@code 2 views.} and {@code L5. 2 cm} stay.
 */
final class ItemNumbers {
  private static final Pattern CANDIDATE =
      Pattern.compile("(?<=^|\\n|[.;:!?)])(\\s*)([0-9]{1,2})[.)](?![0-9])[.,:)]*\\s*");

  private ItemNumbers() {}

  static String drop(String text) {
    Matcher candidate = CANDIDATE.matcher(text);
    StringBuilder dropped = new StringBuilder(text.length());
    int next = 1;
    int from = 0;
    while (candidate.find()) {
      if (Integer.parseInt(candidate.group(2)) == next) {
        dropped.append(text, from, candidate.end(1));
        from = candidate.end();
        next++;
      }
    }
    return from == 0 ? text : dropped.append(text, from, text.length()).toString();
  }
}
