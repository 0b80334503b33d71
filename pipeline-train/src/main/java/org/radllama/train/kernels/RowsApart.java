package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Gemm.Panel;

/**
 * How {@link OneDnn} gives a row the same bits whatever the others are. That depends on the code
 * that it has for this processor, so it is tried once.
 */
enum RowsApart {
  /** By itself: any number of rows may be multiplied at once. */
  ALWAYS,
  /** From two rows on. */
  IN_COMPANY,
  /** Only where each row is multiplied alone. */
  ALONE;

  private static final int ROWS = 17;
  private static final int OUT = 192;

  /** Short enough that it is never cut into pieces ({@link LongRows}). */
  private static final int IN = 512;

  private static final Map<Precision, RowsApart> PACKED = new EnumMap<>(Precision.class);
  private static final RowsApart PLAIN;

  static {
    HostMatrix w = random(OUT, 1);
    PLAIN = tried(OneDnn.Weights.of(w));
    for (Precision precision : Precision.values()) {
      try (HostArena arena = new HostArena()) {
        PackedPart packed = new PackedPart(precision, OUT, IN, OUT, arena);
        packed.put(0, OUT, w.toArray(), 0, IN, 0);
        PACKED.put(precision, tried(packed.piece(0)));
        packed.free();
      }
    }
    w.free();
  }

  /** For weights of a kind. */
  static RowsApart of(Precision precision, boolean packed) {
    return packed ? PACKED.get(precision) : PLAIN;
  }

  private static RowsApart tried(OneDnn.Weights w) {
    HostMatrix x = random(ROWS, 2);
    HostMatrix y = HostMatrix.allocate(ROWS, OUT);
    try {
      float[] all = product(ROWS, 0, x, w, y);
      if (!IntStream.of(2, 3, 8).allMatch(m -> alike(m, all, x, w, y))) {
        return ALONE;
      }
      return alike(1, all, x, w, y) ? ALWAYS : IN_COMPANY;
    } finally {
      x.free();
      y.free();
    }
  }

  /** Whether m rows at a time give what all give together. */
  private static boolean alike(int m, float[] all, HostMatrix x, OneDnn.Weights w, HostMatrix y) {
    return IntStream.rangeClosed(0, ROWS - m)
        .allMatch(
            from -> {
              float[] some = product(m, from, x, w, y);
              return Arrays.equals(some, 0, m * OUT, all, from * OUT, (from + m) * OUT);
            });
  }

  private static float[] product(int m, int from, HostMatrix x, OneDnn.Weights w, HostMatrix y) {
    OneDnn.run(m, Panel.of(x, from, 0), w, 1, 0, Panel.of(y));
    return y.rows(0, m).toArray();
  }

  private static HostMatrix random(int rows, long seed) {
    float[] values = new float[rows * IN];
    for (int i = 0; i < values.length; i++) {
      values[i] = (CounterRandom.key(seed, i) >> 40) * 0x1p-24f;
    }
    HostMatrix matrix = HostMatrix.allocate(rows, IN);
    matrix.put(0, values, 0, values.length);
    return matrix;
  }
}
