package org.radllama.train.kernels;

import java.util.EnumMap;
import java.util.Map;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * How long a row of packed weights may be. oneDNN 3.11 multiplies weights of 16 bits wrongly on
 * processors with AVX2 and without AVX-512 when their rows are longer than 1,024; so that is tried
 * once, and longer rows are cut there where it does.
 */
final class LongRows {
  private static final int SAFE = 1024;
  private static final int TRIED = 2600;
  private static final int OUT = 64;
  private static final double TOLERANCE = 1e-2;

  private static final Map<Precision, Integer> LONGEST = new EnumMap<>(Precision.class);

  static {
    for (Precision precision : Precision.values()) {
      LONGEST.put(precision, isRight(precision) ? Integer.MAX_VALUE : SAFE);
    }
  }

  private LongRows() {}

  /** Elements that a row may have, or that are multiplied at a time. */
  static int of(Precision precision) {
    return LONGEST.get(precision);
  }

  private static boolean isRight(Precision precision) {
    HostMatrix x = HostMatrix.allocate(1, TRIED);
    HostMatrix y = HostMatrix.allocate(1, OUT);
    try (HostArena arena = new HostArena()) {
      PackedPart w = new PackedPart(precision, OUT, TRIED, OUT, arena);
      w.put(0, OUT, random(OUT * TRIED, 1), 0, TRIED);
      float[] in = random(TRIED, 2);
      x.put(0, in, 0, TRIED);
      OneDnn.run(1, Panel.of(x), w.piece(0), 1, 0, Panel.of(y));
      boolean right = isProduct(in, w, y.toArray());
      w.free();
      return right;
    } finally {
      x.free();
      y.free();
    }
  }

  private static boolean isProduct(float[] in, PackedPart w, float[] out) {
    float[] row = new float[TRIED];
    for (int i = 0; i < OUT; i++) {
      w.row(i, row, 0);
      double sum = 0;
      for (int j = 0; j < TRIED; j++) {
        sum += (double) in[j] * row[j];
      }
      if (!(Math.abs(sum - out[i]) < TOLERANCE)) {
        return false;
      }
    }
    return true;
  }

  private static float[] random(int count, long seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) CounterRandom.unit(seed, i) - 0.5f;
    }
    return values;
  }
}
