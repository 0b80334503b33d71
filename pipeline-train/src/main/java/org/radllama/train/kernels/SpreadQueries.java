package org.radllama.train.kernels;

import java.util.Arrays;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * Queries of some rows spread over all rows, for an attention that only knows whole examples. The
 * rows that nobody asked for see nothing: the log of their denominator is so large that their
 * probabilities are zero.
 */
final class SpreadQueries {
  private static final float NOTHING = 1e30f;

  private final Arena arena;
  private final Packing queries;
  private final Packing packing;
  private final boolean same;
  private final AttentionState whole;

  SpreadQueries(Arena arena, AttentionState s) {
    this.arena = arena;
    queries = s.queries();
    packing = s.packing();
    same = queries.rows() == packing.rows();
    whole =
        new AttentionState(
            spread(s.q(), 0),
            s.k(),
            s.v(),
            spread(s.o(), 0),
            spread(s.logSum(), NOTHING),
            s.headSize(),
            packing,
            packing,
            s.window());
  }

  AttentionState whole() {
    return whole;
  }

  /** Rows of the queries (M, cols) among all rows (N, cols). */
  Matrix spread(Matrix some, float rest) {
    if (same) {
      return some;
    }
    Matrix all = room(some);
    float[] row = new float[all.cols()];
    Arrays.fill(row, rest);
    for (int i = 0; i < all.rows(); i++) {
      all.put(i * row.length, row, 0, row.length);
    }
    for (int e = 0; e < packing.examples(); e++) {
      if (queries.length(e) > 0) {
        all.rows(first(e), queries.length(e))
            .copyFrom(some.rows(queries.starts()[e], queries.length(e)));
      }
    }
    return all;
  }

  /** Room for all rows. */
  Matrix room(Matrix some) {
    return same ? some : arena.take(packing.rows(), some.cols());
  }

  /** The inverse of {@link #spread}. */
  void takeBack(Matrix all, Matrix some) {
    if (same) {
      return;
    }
    for (int e = 0; e < packing.examples(); e++) {
      if (queries.length(e) > 0) {
        some.rows(queries.starts()[e], queries.length(e))
            .copyFrom(all.rows(first(e), queries.length(e)));
      }
    }
  }

  private int first(int e) {
    return packing.starts()[e] + queries.offset()[e] - packing.offset()[e];
  }
}
