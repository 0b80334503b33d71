package org.radllama.train.tokenizer;

import java.util.Arrays;

/** A map from two numbers of at least 0 to one, open-addressed, of a size known beforehand. */
final class PairTable {
  private static final long EMPTY = -1;

  private final long[] keys;
  private final int[] values;
  private final int mask;

  PairTable(int atMost) {
    int slots = Integer.highestOneBit(Math.max(8, atMost)) * 4;
    keys = new long[slots];
    values = new int[slots];
    mask = slots - 1;
    Arrays.fill(keys, EMPTY);
  }

  void put(int first, int second, int value) {
    int slot = slot((long) first << 32 | second);
    keys[slot] = (long) first << 32 | second;
    values[slot] = value;
  }

  /** The value, or -1. */
  int get(int first, int second) {
    int slot = slot((long) first << 32 | second);
    return keys[slot] == EMPTY ? -1 : values[slot];
  }

  private int slot(long key) {
    int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
    while (keys[slot] != EMPTY && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
