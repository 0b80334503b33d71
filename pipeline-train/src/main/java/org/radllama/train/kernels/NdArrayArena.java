package org.radllama.train.kernels;

/** Arrays of ND4J. */
final class NdArrayArena extends ListArena<NdArrayMatrix> {
  @Override
  public NdArrayMatrix take(int rows, int cols) {
    return keep(NdArrayMatrix.take(rows, cols));
  }
}
