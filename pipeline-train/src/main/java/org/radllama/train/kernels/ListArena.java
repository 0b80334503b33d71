package org.radllama.train.kernels;

import java.util.ArrayList;
import java.util.List;

/** An arena whose matrices are made when they are taken, and freed when they are given back. */
abstract sealed class ListArena<M extends Matrix> implements Arena
    permits NdArrayArena, TorchArena {
  private final List<M> taken = new ArrayList<>();

  /** Keeps a new matrix until its mark is released. */
  M keep(M matrix) {
    taken.add(matrix);
    return matrix;
  }

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
  public long bytes() {
    return taken.stream().mapToLong(Matrix::bytes).sum();
  }

  @Override
  public void close() {
    release(new Mark(0, 0));
  }
}
