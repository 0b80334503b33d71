package org.radllama.eval.findings;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.text.Resources;

/** What the words beside a mention say of it, by {@code attribute-words.txt}. */
final class AttributeWords {
  /** Places of the attributes in a row of bits. */
  private static final List<String> ATTRIBUTES =
      List.of("side", "place", "severity", "change", "position");

  private static final List<List<String>> VALUES =
      List.of(
          List.of("left", "right", "both"),
          List.of("upper", "middle", "lower"),
          List.of("0", "1", "2", "3", "4"),
          List.of("worse", "better", "same", "new"),
          List.of("bad", "good"));

  private static final Set<String> DENIALS = Set.of("no", "not", "without", "nor");

  /** A denial of a change stands so many words before it at most. */
  private static final int DENIED_WITHIN = 4;

  private final Map<String, int[]> byWord = new HashMap<>();

  AttributeWords() {
    Resources.text(AttributeWords.class, "attribute-words.txt")
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(this::read);
  }

  private void read(String line) {
    String[] sides = line.split(":");
    String[] name = sides[0].split(" ");
    int attribute = ATTRIBUTES.indexOf(name[0]);
    int value = VALUES.get(attribute).indexOf(name[1]);
    int bits = attribute == 0 && value == 2 ? 3 : 1 << value;
    Arrays.stream(sides[1].strip().split(" "))
        .forEach(
            w -> byWord.computeIfAbsent(w, k -> new int[ATTRIBUTES.size()])[attribute] |= bits);
  }

  /** What the words from {@code from}, inclusive, to {@code to}, exclusive, say. */
  Described describe(Statement statement, int from, int to, boolean certain) {
    int[] all = new int[ATTRIBUTES.size()];
    double millimetres = 0;
    int changeAt = 3;
    for (int i = from; i < to; i++) {
      millimetres = Math.max(millimetres, millimetres(statement, i));
      int[] own = byWord.get(statement.word(i));
      if (own == null) {
        continue;
      }
      for (int k = 0; k < all.length; k++) {
        all[k] |= k == changeAt && own[k] != 0 && isDenied(statement, i) ? Described.SAME : own[k];
      }
    }
    return new Described(certain, all[0], all[1], all[2], all[3], all[4], millimetres);
  }

  private static boolean isDenied(Statement statement, int at) {
    for (int i = at - 1; i >= 0 && at - i <= DENIED_WITHIN; i--) {
      if (DENIALS.contains(statement.word(i))) {
        return true;
      }
      if (statement.word(i).equals(",")) {
        return false;
      }
    }
    return false;
  }

  /** The length that begins with a word, as in "8 mm", "2.5 cm" or "8mm"; 0 if none does. */
  private static double millimetres(Statement statement, int i) {
    String word = statement.word(i);
    int digits = 0;
    while (digits < word.length()
        && (word.charAt(digits) == '.'
            || (word.charAt(digits) >= '0' && word.charAt(digits) <= '9'))) {
      digits++;
    }
    if (digits == 0) {
      return 0;
    }
    for (int k = i; k < Math.min(i + MOST_WORDS_OF_LENGTH, statement.size()); k++) {
      String unit = k == i ? word.substring(digits) : statement.word(k);
      double factor =
          switch (unit) {
            case "mm", "millimeter", "millimeters" -> 1;
            case "cm", "centimeter", "centimeters" -> 10;
            default -> 0;
          };
      if (factor > 0) {
        return factor * Double.parseDouble(word.substring(0, digits));
      }
      boolean continues = k == i ? unit.isEmpty() : unit.equals("x") || isNumber(unit);
      if (!continues) {
        return 0;
      }
    }
    return 0;
  }

  /** "12 x 8 x 5 mm" has one unit for all. */
  private static final int MOST_WORDS_OF_LENGTH = 6;

  private static boolean isNumber(String word) {
    return word.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
  }
}
