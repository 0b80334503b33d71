package org.radllama.ingest.read;

import java.util.Comparator;

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
        int order = compareNumbers(a, i, endA, b, j, endB);
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

  private static int compareNumbers(String a, int i, int endA, String b, int j, int endB) {
    int fromA = i;
    int fromB = j;
    while (fromA < endA - 1 && a.charAt(fromA) == '0') {
      fromA++;
    }
    while (fromB < endB - 1 && b.charAt(fromB) == '0') {
      fromB++;
    }
    int order = Integer.compare(endA - fromA, endB - fromB);
    for (int k = 0; order == 0 && k < endA - fromA; k++) {
      order = Character.compare(a.charAt(fromA + k), b.charAt(fromB + k));
    }
    return order;
  }
}
