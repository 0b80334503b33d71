package org.radllama.eval.rouge;

import java.util.Arrays;
import org.radllama.eval.ngram.TokenIds;

/**
 * Longest common subsequences, 64 positions of one text at a time (Hyyrö 2004): a vector V has a
 * zero bit at position i of the pattern when the table's entry rises by one from i to i + 1. For
 * each token of the other text, with U = V and the token's positions M,
 *
 * <pre>  V := (V + U) | (V and not M)</pre>
 *
 * <p>Words of V without a position of the token change only by a carry, so only the words where the
 * token occurs are visited and memory stays linear in the two lengths.
 */
final class CommonSubsequence {
  private static final int NONE = 0;

  /** By token id: one more than the token's first entry, 0 if the pattern lacks it. */
  private int[] first = new int[512];

  private int[] last = new int[512];
  private int[] next = new int[256];
  private int[] entryWord = new int[256];
  private long[] entryMask = new long[256];
  private int entries;
  private long[] v = new long[8];
  private int words;
  private long[] rows = new long[256];

  /**
   * Length of a longest common subsequence of two runs of tokens.
   *
   * @param vocabulary one more than the highest id
   */
  int length(TokenIds a, TokenIds b, int vocabulary) {
    TokenIds pattern = a.length <= b.length ? a : b;
    TokenIds other = pattern == a ? b : a;
    begin(pattern.ids, 0, pattern.length, vocabulary);
    if (words == 1) {
      shortPattern(other);
    } else {
      for (int j = 0; j < other.length; j++) {
        step(other.ids[j]);
      }
    }
    end(pattern.ids, 0, pattern.length);
    return zeros();
  }

  /**
   * Marks the target's positions of one longest common subsequence, the one that rouge_score reads
   * back from the ends of its table: equal tokens are matched first, a tie goes back in the target.
   *
   * @param marked by position in the target; set where a token is matched
   */
  void mark(
      TokenIds target,
      int targetLine,
      TokenIds prediction,
      int line,
      int vocabulary,
      boolean[] marked) {
    int from = target.lineStart(targetLine);
    int m = target.lineEnds[targetLine] - from;
    int start = prediction.lineStart(line);
    int n = prediction.lineEnds[line] - start;
    begin(target.ids, from, m, vocabulary);
    if (rows.length < Math.multiplyExact(n, words)) {
      rows = new long[n * words];
    }
    for (int j = 0; j < n; j++) {
      step(prediction.ids[start + j]);
      System.arraycopy(v, 0, rows, j * words, words);
    }
    int i = m - 1;
    int j = n - 1;
    while (i >= 0 && j >= 0) {
      if (target.ids[from + i] == prediction.ids[start + j]) {
        marked[from + i] = true;
        i--;
        j--;
      } else if ((rows[j * words + (i >> 6)] >>> i & 1L) == 0) {
        // The entry rises from i to i + 1, and not by a match: t[i][j-1] > t[i-1][j].
        j--;
      } else {
        i--;
      }
    }
    end(target.ids, from, m);
  }

  private void begin(int[] ids, int from, int m, int vocabulary) {
    if (first.length < vocabulary) {
      first = new int[vocabulary * 2];
      last = new int[vocabulary * 2];
    }
    if (entryWord.length < m) {
      next = new int[m * 2];
      entryWord = new int[m * 2];
      entryMask = new long[m * 2];
    }
    words = Math.max(1, (m + 63) >> 6);
    if (v.length < words) {
      v = new long[words * 2];
    }
    Arrays.fill(v, 0, words, -1L);
    entries = 0;
    for (int i = 0; i < m; i++) {
      addPosition(ids[from + i], i);
    }
  }

  private void addPosition(int id, int position) {
    int word = position >> 6;
    if (first[id] == NONE || entryWord[last[id] - 1] != word) {
      entryWord[entries] = word;
      entryMask[entries] = 0;
      next[entries] = NONE;
      entries++;
      if (first[id] == NONE) {
        first[id] = entries;
      } else {
        next[last[id] - 1] = entries;
      }
      last[id] = entries;
    }
    entryMask[last[id] - 1] |= 1L << position;
  }

  private void end(int[] ids, int from, int m) {
    for (int i = 0; i < m; i++) {
      first[ids[from + i]] = NONE;
    }
  }

  private void shortPattern(TokenIds other) {
    long row = -1L;
    for (int j = 0; j < other.length; j++) {
      int entry = first[other.ids[j]];
      if (entry != NONE) {
        long mask = entryMask[entry - 1];
        row = (row + (row & mask)) | (row & ~mask);
      }
    }
    v[0] = row;
  }

  private void step(int id) {
    boolean carry = false;
    int word = 0;
    for (int entry = first[id]; entry != NONE; entry = next[entry - 1]) {
      int at = entryWord[entry - 1];
      if (carry) {
        carry = carryOn(word, at);
      }
      long old = v[at];
      long mask = entryMask[entry - 1];
      long sum = old + (old & mask);
      boolean over = Long.compareUnsigned(sum, old) < 0;
      if (carry) {
        over |= ++sum == 0;
      }
      v[at] = sum | (old & ~mask);
      carry = over;
      word = at + 1;
    }
    if (carry) {
      carryOn(word, words);
    }
  }

  /**
   * Adds one at a word, through full words as far as {@code to}; whether it is still over there.
   */
  private boolean carryOn(int from, int to) {
    for (int word = from; word < to; word++) {
      long old = v[word];
      v[word] = (old + 1) | old;
      if (old != -1L) {
        return false;
      }
    }
    return true;
  }

  private int zeros() {
    int zeros = 0;
    for (int word = 0; word < words; word++) {
      zeros += 64 - Long.bitCount(v[word]);
    }
    return zeros;
  }
}
