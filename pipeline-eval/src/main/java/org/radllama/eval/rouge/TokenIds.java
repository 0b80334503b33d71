package org.radllama.eval.rouge;

import java.util.Arrays;

/** The tokens of one text as ids, with the places where its lines end. Reused from text to text. */
final class TokenIds {
  int[] ids = new int[256];
  int length;

  /**
   * Line k holds the tokens from {@code lineEnds[k - 1]} (0 for the first) to {@code lineEnds[k]}.
   */
  int[] lineEnds = new int[16];

  int lines;

  void clear() {
    length = 0;
    lines = 0;
  }

  void add(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, length * 2);
    }
    ids[length++] = id;
  }

  /** Ends a line; one without tokens is none. */
  void endLine() {
    if (length == (lines == 0 ? 0 : lineEnds[lines - 1])) {
      return;
    }
    if (lines == lineEnds.length) {
      lineEnds = Arrays.copyOf(lineEnds, lines * 2);
    }
    lineEnds[lines++] = length;
  }

  int lineStart(int line) {
    return line == 0 ? 0 : lineEnds[line - 1];
  }
}
