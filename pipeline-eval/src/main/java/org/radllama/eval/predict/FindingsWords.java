package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.List;

/**
 * Findings as compared, never as shown: the words {@code [a-z0-9]+} in lower case, MIMIC-CXR's mark
 * {@code ___} counted as the word {@code xxxx} like OpenI's.
 */
public final class FindingsWords {
  private static final int MARK_LENGTH = 3;

  private FindingsWords() {}

  /** The words in their order. */
  public static List<String> of(String findings) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int underscores = 0;
    for (int i = 0; i <= findings.length(); i++) {
      char c = i < findings.length() ? findings.charAt(i) : ' ';
      underscores = c == '_' ? underscores + 1 : 0;
      char lower = lower(c);
      if (lower != 0) {
        word.append(lower);
        continue;
      }
      if (word.length() > 0) {
        words.add(word.toString());
        word.setLength(0);
      }
      if (underscores == MARK_LENGTH) {
        words.add("xxxx");
        underscores = 0;
      }
    }
    return words;
  }

  /** The words joined by single spaces: equal for findings that count as the same. */
  public static String normalised(String findings) {
    return String.join(" ", of(findings));
  }

  private static char lower(char c) {
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + 32);
    }
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
  }
}
