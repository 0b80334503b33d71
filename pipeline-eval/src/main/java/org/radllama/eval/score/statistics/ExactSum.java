package org.radllama.eval.score.statistics;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A sum of doubles without rounding until the end, so that it does not depend on the order
 * (Shewchuk, "Adaptive precision floating-point arithmetic", 1997; the same as Python's {@code
 * math.fsum}). Values must be finite and their sum must not overflow.
 */
public final class ExactSum implements Serializable {
  /** Does not overlap, ascending in magnitude; together they are the exact sum. */
  private double[] partials = new double[8];

  private int size;

  /** Adds a value. */
  public void add(double value) {
    double x = value;
    int kept = 0;
    for (int i = 0; i < size; i++) {
      double y = partials[i];
      double high = x + y;
      double low = Math.abs(x) >= Math.abs(y) ? y - (high - x) : x - (high - y);
      if (low != 0) {
        partials[kept++] = low;
      }
      x = high;
    }
    if (kept == partials.length) {
      partials = Arrays.copyOf(partials, kept * 2);
    }
    partials[kept] = x;
    size = kept + 1;
  }

  /** Adds another sum. */
  public void add(ExactSum other) {
    double[] others = Arrays.copyOf(other.partials, other.size);
    for (double partial : others) {
      add(partial);
    }
  }

  /** The sum, rounded once, half to even. */
  public double value() {
    if (size == 0) {
      return 0;
    }
    int n = size - 1;
    double high = partials[n];
    double low = 0;
    while (n > 0 && low == 0) {
      double x = high;
      double y = partials[--n];
      high = x + y;
      low = y - (high - x);
    }
    // A remainder of exactly half a unit rounds by what lies below it.
    boolean belowSameSign = n > 0 && low < 0 == partials[n - 1] < 0 && partials[n - 1] != 0;
    if (low != 0 && belowSameSign) {
      double doubled = low * 2;
      double rounded = high + doubled;
      if (doubled == rounded - high) {
        high = rounded;
      }
    }
    return high;
  }
}
