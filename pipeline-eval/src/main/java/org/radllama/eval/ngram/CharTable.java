package org.radllama.eval.ngram;

import java.util.Arrays;

/** Gives each distinct run of characters the next number, from 0. */
public final class CharTable {
  private int[] slots = new int[1024];
  private int[] hashes = new int[512];
  private int[] starts = new int[513];
  private char[] characters = new char[4096];
  private int size;

  /** How many distinct runs there are. */
  public int size() {
    return size;
  }

  /** How many characters they hold together. */
  public int characters() {
    return starts[size];
  }

  /**
   * The number of a run; a new one gets {@link #size()} as it was before.
   *
   * @param hash {@link #hash} of the run
   */
  public int intern(char[] run, int length, int hash) {
    int mask = slots.length - 1;
    int at = hash & mask;
    while (slots[at] != 0) {
      int entry = slots[at] - 1;
      if (hashes[entry] == hash && same(entry, run, length)) {
        return entry;
      }
      at = (at + 1) & mask;
    }
    return add(at, run, length, hash);
  }

  /** Forgets everything. */
  public void clear() {
    Arrays.fill(slots, 0);
    size = 0;
  }

  /** Spreads a polynomial over all bits. */
  public static int finish(int polynomial) {
    int h = polynomial * 0x9E3779B1;
    return h ^ (h >>> 15);
  }

  /** The hash of a run. */
  public static int hash(char[] run, int length) {
    int polynomial = 0;
    for (int i = 0; i < length; i++) {
      polynomial = 31 * polynomial + run[i];
    }
    return finish(polynomial);
  }

  private boolean same(int entry, char[] run, int length) {
    return Arrays.equals(characters, starts[entry], starts[entry + 1], run, 0, length);
  }

  private int add(int at, char[] run, int length, int hash) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, size * 2);
      starts = Arrays.copyOf(starts, size * 2 + 1);
    }
    int end = starts[size] + length;
    if (end > characters.length) {
      characters = Arrays.copyOf(characters, Math.max(end, characters.length * 2));
    }
    System.arraycopy(run, 0, characters, starts[size], length);
    starts[size + 1] = end;
    hashes[size] = hash;
    slots[at] = ++size;
    if (size * 2 > slots.length) {
      grow();
    }
    return size - 1;
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int entry = 0; entry < size; entry++) {
      int at = hashes[entry] & mask;
      while (slots[at] != 0) {
        at = (at + 1) & mask;
      }
      slots[at] = entry + 1;
    }
  }
}
