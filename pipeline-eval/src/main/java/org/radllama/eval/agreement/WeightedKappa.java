package org.radllama.eval.agreement;

import static org.radllama.text.Format.format;

/**
 * Cohen's kappa with weights that grow with the square of the difference (Cohen, Psychological
 * Bulletin 70, 1968).
 */
public final class WeightedKappa {
  private WeightedKappa() {}

  /**
   * The coefficient of two raters.
   *
   * @param a one's ratings
   * @param b the other's, of the same items in the same order
   * @return at most 1; NaN when there is nothing, or both give one and the same rating throughout
   */
  public static double quadratic(int[] a, int[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          format("%d ratings against %d of the same items", a.length, b.length));
    }
    double observed = 0;
    double expected = 0;
    for (int i = 0; i < a.length; i++) {
      observed += square(a[i] - b[i]);
      for (int other : b) {
        expected += square(a[i] - other);
      }
    }
    // Of n pairs seen against n squared pairs by chance.
    return expected > 0 ? 1 - observed * a.length / expected : Double.NaN;
  }

  private static double square(double x) {
    return x * x;
  }
}
