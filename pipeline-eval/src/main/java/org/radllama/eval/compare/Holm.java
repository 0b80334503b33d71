package org.radllama.eval.compare;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979). */
public final class Holm {
  private Holm() {}

  /** Adjusted p values in the order given: reject where one is at most the level. */
  public static double[] adjust(double[] p) {
    Integer[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .toArray(Integer[]::new);
    double[] adjusted = Arrays.copyOf(p, p.length);
    double highest = 0;
    for (int rank = 0; rank < p.length; rank++) {
      highest = Math.max(highest, Math.min(1, p[order[rank]] * (p.length - rank)));
      adjusted[order[rank]] = highest;
    }
    return adjusted;
  }
}
