package org.radllama.train.kernels;

/**
 * The operations of a model. Shapes: N packed tokens, H hidden, F feed-forward, V vocabulary.
 * Unless said otherwise a result overwrites its matrix. Not thread-safe.
 */
public interface Kernels extends AutoCloseable {
  /**
   * Rows of a quantised matrix that products of many rows turn into floats at a time: OpenBLAS
   * packs the other factor again for each panel of them, which must not count.
   */
  int PANEL_ROWS = 512;

  /** What {@link #logitsAtOnce} is on a CPU. */
  int LOGITS_ON_HOST = 1 << 24;

  /** What {@link #logitsAtOnce} is on a GPU: 1 GiB in f32. */
  int LOGITS_ON_GPU = 1 << 28;

  /** Queries of an example that attention works on together, counted from its first. */
  int QUERIES_AT_ONCE = 24;

  /** {@code y (N, out) = alpha x (N, in) w (out, in)^T + beta y}. */
  void timesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y);

  /**
   * The same, for tokens of several texts: where {@link #rowsApart()} says so, every bit of a row
   * of y depends on that row of x alone, not on the number of rows or its place among them.
   */
  void eachTimesTransposed(Matrix x, Matrix w, float alpha, float beta, Matrix y);

  /** Whether rows do not depend on one another where that is asked for. */
  boolean rowsApart();

  /** {@code y (N, in) = alpha x (N, out) w (out, in) + beta y}. */
  void times(Matrix x, Matrix w, float alpha, float beta, Matrix y);

  /** {@code w (out, in) += alpha a (N, out)^T b (N, in)}. */
  void addTransposedTimes(Matrix a, Matrix b, float alpha, Matrix w);

  /** {@code y += x}. */
  void add(Matrix x, Matrix y);

  /** Adds a vector (1, n) to each row of y (N, n). */
  void addToRows(Matrix vector, Matrix y);

  /** Adds the sum of the rows of x (N, n) to a vector (1, n). */
  void addSumOfRows(Matrix x, Matrix vector);

  /**
   * RMSNorm (Zhang and Sennrich, arXiv 1910.07467): {@code y = x / sqrt(mean(x^2) + eps) * gain}.
   *
   * @param inverse (N, 1), receives the factor of each row for the backward pass
   */
  void rmsNorm(Matrix x, Matrix gain, double eps, Matrix y, Matrix inverse);

  /**
   * Adds the gradient by x to {@code dx}, and by the gain to {@code dgain} where it is not null.
   */
  void rmsNormBackward(Matrix x, Matrix gain, Matrix inverse, Matrix dy, Matrix dx, Matrix dgain);

  /**
   * Rotates queries or keys (N, heads * headSize) in place.
   *
   * @param back whether to turn the other way, as a gradient goes through the rotation
   */
  void rotate(Matrix x, int heads, RotaryTable table, Packing packing, boolean back);

  /**
   * Causal attention within each packed example (Vaswani et al., arXiv 1706.03762; grouped queries,
   * arXiv 2305.13245): {@code o = softmax(q k^T / sqrt(headSize)) v} per head, over a sliding
   * window of keys (arXiv 2310.06825) where there is one.
   *
   * <p>Only what is asked for is computed: the M queries are a range of each example's N tokens,
   * and an offset of {@code queries} counts from the example's first row in {@code packing}.
   */
  void attention(AttentionState state);

  /** Gradients of {@link #attention}; {@code dq, dk, dv} are overwritten. */
  void attentionBackward(AttentionState state, Matrix dout, Matrix dq, Matrix dk, Matrix dv);

  /**
   * What {@link #attention} sees and makes.
   *
   * @param q (M, heads * headSize)
   * @param k (N, keyValueHeads * headSize)
   * @param v (N, keyValueHeads * headSize)
   * @param o (M, heads * headSize), receives the outputs
   * @param logSum (M, heads), receives the logs of the softmax denominators
   * @param queries where the queries of each example lie
   * @param packing where the keys and values of each example lie
   * @param window how many keys a query sees at most, its own token's among them
   */
  record AttentionState(
      Matrix q,
      Matrix k,
      Matrix v,
      Matrix o,
      Matrix logSum,
      int headSize,
      Packing queries,
      Packing packing,
      int window) {}

  /**
   * Attention of one new token for each row, over what its cache holds.
   *
   * @param q (B, heads * headSize), rotated
   * @param keys for each row a cache (capacity, keyValueHeads * headSize)
   * @param values like keys
   * @param lengths how many rows of each cache count, the new token's own among them
   * @param window how many of these a token sees at most, the last ones
   * @param o (B, heads * headSize)
   */
  void cachedAttention(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o);

  /** {@code y = silu(gate) * up} (Shazeer, arXiv 2002.05202), all (N, F). */
  void swiglu(Matrix gate, Matrix up, Matrix y);

  /** Overwrites {@code gate} and {@code up} with their gradients. */
  void swigluBackward(Matrix gate, Matrix up, Matrix dy);

  /** {@code y = x * mask / (1 - p)}. */
  void dropout(Matrix x, Dropout dropout, Packing packing, Matrix y);

  /** {@code dx += dy * mask / (1 - p)}. */
  void addDropout(Matrix dy, Dropout dropout, Packing packing, Matrix dx);

  /** Row {@code i} of y is row {@code ids[i]} of the table (V, H). */
  void gather(Matrix table, int[] ids, Matrix y);

  /** Adds row {@code i} of dy to row {@code ids[i]} of dtable. */
  void scatterAdd(Matrix dy, int[] ids, Matrix dtable);

  /**
   * Cross entropy of each row against its target, in nats, summed. The logits are overwritten with
   * their gradient, {@code softmax - onehot}, unless {@code gradient} is false.
   *
   * @param logits (M, V)
   */
  double crossEntropy(Matrix logits, int[] targets, boolean gradient);

  /** Copies a matrix's rows, in order, into matrices of as many rows together. */
  default void split(Matrix from, Matrix[] into) {
    int row = 0;
    for (Matrix part : into) {
      part.copyFrom(from.rows(row, part.rows()));
      row += part.rows();
    }
  }

  /** Copies matrices, one below the other, into one of as many rows together. */
  default void join(Matrix[] from, Matrix into) {
    int row = 0;
    for (Matrix part : from) {
      into.rows(row, part.rows()).copyFrom(part);
      row += part.rows();
    }
  }

  /** Elements up to which logits are computed together: enough rows to keep the device busy. */
  default int logitsAtOnce() {
    return LOGITS_ON_HOST;
  }

  /** Frees what the kernels keep between calls. */
  @Override
  void close();
}
