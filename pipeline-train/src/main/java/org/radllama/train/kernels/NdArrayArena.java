package org.radllama.train.kernels;

import java.util.ArrayList;
import java.util.List;

/** Arrays made when taken and closed when given back. */
final class NdArrayArena implements Arena {
  private final List<NdArrayMatrix> taken = new ArrayList<>();

  @Override
  public Mark mark() {
    return new Mark(0, taken.size());
  }

  @Override
  public void release(Mark mark) {
    while (taken.size() > mark.used()) {
      taken.remove(taken.size() - 1).free();
    }
  }

  @Override
  public NdArrayMatrix take(int rows, int cols) {
    NdArrayMatrix matrix = NdArrayMatrix.take(rows, cols);
    taken.add(matrix);
    return matrix;
  }

  @Override
  public long bytes() {
    return taken.stream().mapToLong(m -> (long) m.size() * Float.BYTES).sum();
  }

  @Override
  public void close() {
    release(new Mark(0, 0));
  }
}
