package org.radllama.eval.ngram;

import java.util.Arrays;

/** The tokens of one text as ids, with the places where its lines end. Reused from text to text. */
public final class TokenIds {
  /** The ids, valid up to {@link #length}. */
  public int[] ids = new int[256];

  /** How many tokens there are. */
  public int length;

  /**
   * Line k holds the tokens from {@code lineEnds[k - 1]} (0 for the first) to {@code lineEnds[k]}.
   */
  public int[] lineEnds = new int[16];

  /** How many lines with a token there are. */
  public int lines;

  /** Forgets the text. */
  public void clear() {
    length = 0;
    lines = 0;
  }

  /** Appends a token. */
  public void add(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, length * 2);
    }
    ids[length++] = id;
  }

  /** Ends a line; one without tokens is none. */
  public void endLine() {
    if (length == (lines == 0 ? 0 : lineEnds[lines - 1])) {
      return;
    }
    if (lines == lineEnds.length) {
      lineEnds = Arrays.copyOf(lineEnds, lines * 2);
    }
    lineEnds[lines++] = length;
  }

  /** Where a line begins. */
  public int lineStart(int line) {
    return line == 0 ? 0 : lineEnds[line - 1];
  }
}
