package org.radllama.eval.ngram;

/**
 * Counts common n-grams of two texts, order after order: an n-gram is the pair of an (n-1)-gram and
 * a token, so that every order costs one look-up a position. Grams of the prediction that the
 * target lacks are -1, as are all that continue them.
 */
public final class NgramOverlap {
  private static final int ABSENT = -1;

  private long[] keys = new long[1024];

  /** One more than the gram of the key in the same slot, 0 where the slot is free. */
  private int[] grams = new int[1024];

  private int[] used = new int[256];
  private int usedSlots;
  private int[] counts = new int[256];
  private int[] targetGrams = new int[256];
  private int[] predictionGrams = new int[256];
  private int order;

  /** Goes back to the tokens themselves. {@code vocabulary} is one more than the highest id. */
  public void begin(TokenIds target, TokenIds prediction, int vocabulary) {
    targetGrams = copy(target, targetGrams);
    predictionGrams = copy(prediction, predictionGrams);
    order = 1;
    ensureCounts(Math.max(vocabulary, target.length));
  }

  /** Goes on to n-grams one token longer. */
  public void lengthen(TokenIds target, TokenIds prediction) {
    order++;
    clearTable(target.length);
    int next = 0;
    for (int i = 0; i + order <= target.length; i++) {
      int slot = slot(key(targetGrams[i], target.ids[i + order - 1]));
      if (grams[slot] == 0) {
        keys[slot] = key(targetGrams[i], target.ids[i + order - 1]);
        grams[slot] = ++next;
        used[usedSlots++] = slot;
      }
      targetGrams[i] = grams[slot] - 1;
    }
    for (int i = 0; i + order <= prediction.length; i++) {
      int shorter = predictionGrams[i];
      predictionGrams[i] =
          shorter == ABSENT ? ABSENT : grams[slot(key(shorter, prediction.ids[i + order - 1]))] - 1;
    }
  }

  /** Sum over the n-grams of the lesser of the two counts. */
  public int hits(TokenIds target, TokenIds prediction) {
    int targets = Math.max(0, target.length - order + 1);
    int predictions = Math.max(0, prediction.length - order + 1);
    for (int i = 0; i < targets; i++) {
      counts[targetGrams[i]]++;
    }
    int hits = 0;
    for (int i = 0; i < predictions; i++) {
      int gram = predictionGrams[i];
      if (gram != ABSENT && counts[gram] > 0) {
        counts[gram]--;
        hits++;
      }
    }
    for (int i = 0; i < targets; i++) {
      counts[targetGrams[i]] = 0;
    }
    return hits;
  }

  private static int[] copy(TokenIds tokens, int[] into) {
    int[] room = into.length >= tokens.length ? into : new int[tokens.length * 2];
    System.arraycopy(tokens.ids, 0, room, 0, tokens.length);
    return room;
  }

  private void ensureCounts(int size) {
    if (counts.length < size) {
      counts = new int[size * 2];
    }
  }

  private void clearTable(int entries) {
    for (int i = 0; i < usedSlots; i++) {
      grams[used[i]] = 0;
    }
    usedSlots = 0;
    if (used.length < entries) {
      used = new int[entries * 2];
    }
    if (keys.length < entries * 2) {
      int size = Integer.highestOneBit(entries) * 4;
      keys = new long[size];
      grams = new int[size];
    }
  }

  private static long key(int gram, int token) {
    return ((long) gram << 32) | token;
  }

  /** Where the key stands, or the free slot where it would. */
  private int slot(long key) {
    int mask = keys.length - 1;
    long h = key * 0x9E3779B97F4A7C15L;
    int at = (int) (h >>> 32) & mask;
    while (grams[at] != 0 && keys[at] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }
}
