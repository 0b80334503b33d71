package org.radllama.ingest.read;

import java.util.Comparator;
import org.apache.commons.lang3.StringUtils;

/**
 * Compares texts with runs of digits as numbers: {@code CXR9} before {@code CXR10}. Texts that
 * differ only in leading zeros are told apart by plain comparison, so only equal texts compare as
 * equal.
 */
public enum NaturalOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (digit(a.charAt(i)) && digit(b.charAt(j))) {
        int endA = digits(a, i);
        int endB = digits(b, j);
        int order = compareNumbers(a.substring(i, endA), b.substring(j, endB));
        if (order != 0) {
          return order;
        }
        i = endA;
        j = endB;
      } else if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      } else {
        i++;
        j++;
      }
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    return order != 0 ? order : a.compareTo(b);
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int digits(String text, int from) {
    int to = from;
    while (to < text.length() && digit(text.charAt(to))) {
      to++;
    }
    return to;
  }

  private static int compareNumbers(String a, String b) {
    String numberA = StringUtils.stripStart(a, "0");
    String numberB = StringUtils.stripStart(b, "0");
    int order = Integer.compare(numberA.length(), numberB.length());
    return order != 0 ? order : numberA.compareTo(numberB);
  }
}
