package org.radllama.train.kernels;

/** Softmax of one row of logits on the Java heap, for choosing tokens. One per thread. */
public final class Softmax {
  private final Exponential exponential = new Exponential();

  /**
   * The logarithm of the sum of e^x, to single precision: what log-softmax subtracts.
   *
   * @param scratch at least as long; overwritten
   */
  public double logSum(float[] x, float[] scratch) {
    float max = Loops.max(x, 0, x.length);
    System.arraycopy(x, 0, scratch, 0, x.length);
    return Math.log(exponential.sum(scratch, x.length, max)) + max;
  }
}
