package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * Attention on INDArrays, one head of one example at a time. An example's matrices (T, heads *
 * headSize) are first turned into (heads * T, headSize), so that a head is a range of rows.
 */
final class NdArrayAttention {
  /** Added to a score that must not be seen; finite, so that no product of it is NaN. */
  private static final float UNSEEN = -1e30f;

  private final NdOps ops;
  private final NdArrayArena arena;

  /** By window, each for the longest example seen. */
  private final Map<Integer, NdArrayMatrix> masks = new HashMap<>();

  private CacheShape cacheShape;
  private NdArrayMatrix repeat;
  private NdArrayMatrix own;

  /** What the helpers of {@link #cached} depend on. */
  private record CacheShape(int heads, int keyValueHeads, int headSize) {}

  NdArrayAttention(NdOps ops) {
    this.ops = ops;
    this.arena = ops.arena();
  }

  /** One example's matrices, each by head. */
  private record Example(
      NdArrayMatrix q, NdArrayMatrix k, NdArrayMatrix v, int length, int headSize, int window) {
    int heads() {
      return q.rows() / length;
    }

    int group() {
      return q.rows() / k.rows();
    }

    float scale() {
      return (float) (1 / Math.sqrt(headSize));
    }

    NdArrayMatrix query(int head) {
      return q.rows(head * length, length);
    }

    NdArrayMatrix key(int head) {
      return k.rows(head / group() * length, length);
    }

    NdArrayMatrix value(int head) {
      return v.rows(head / group() * length, length);
    }
  }

  private Example example(AttentionState s, int e) {
    int first = s.packing().starts()[e];
    int length = s.packing().length(e);
    int d = s.headSize();
    return new Example(
        byHead(s.q(), first, length, d),
        byHead(s.k(), first, length, d),
        byHead(s.v(), first, length, d),
        length,
        d,
        s.window());
  }

  /** Rows of x (N, heads * width) as (heads * length, width), in the arena. */
  private NdArrayMatrix byHead(Matrix x, int first, int length, int width) {
    int heads = x.cols() / width;
    NdArrayMatrix turned = arena.take(heads * length, width);
    turned
        .view(heads, length, width)
        .assign(
            NdArrayMatrix.of(x).rows(first, length).view(length, heads, width).permute(1, 0, 2));
    return turned;
  }

  /** The inverse of {@link #byHead}. */
  private static void byRow(NdArrayMatrix turned, Matrix x, int first, int length, int width) {
    int heads = x.cols() / width;
    NdArrayMatrix.of(x)
        .rows(first, length)
        .view(length, heads, width)
        .assign(turned.view(heads, length, width).permute(1, 0, 2));
  }

  void forward(AttentionState s) {
    for (int e = 0; e < s.packing().examples(); e++) {
      if (s.packing().length(e) > 0) {
        forward(s, e);
      }
    }
  }

  private void forward(AttentionState s, int e) {
    int first = s.packing().starts()[e];
    Arena.Mark mark = arena.mark();
    Example x = example(s, e);
    NdArrayMatrix o = arena.take(x.q.rows(), s.headSize());
    NdArrayMatrix logs = arena.take(x.q.rows(), 1);
    INDArray max = arena.take(x.length, 1).array();
    INDArray scores = arena.take(x.length, x.length).array();
    for (int h = 0; h < x.heads(); h++) {
      INDArray out = o.rows(h * x.length, x.length).array();
      INDArray log = logs.rows(h * x.length, x.length).array();
      scores(x, h, scores);
      ops.shiftByMax(scores, max, log);
      NdOps.run("subtract", scores, scores, log);
      NdOps.exp(scores, scores);
      NdOps.gemm(scores, false, x.value(h).array(), false, 1, 0, out);
      NdOps.run("add", log, log, max);
    }
    byRow(o, s.o(), first, x.length, s.headSize());
    byRow(logs, s.logSum(), first, x.length, 1);
    arena.release(mark);
  }

  /** {@code scores (T, T) = scale q k^T}, and {@link #UNSEEN} for hidden keys. */
  private void scores(Example x, int head, INDArray scores) {
    NdOps.gemm(x.query(head).array(), false, x.key(head).array(), true, x.scale(), 0, scores);
    NdOps.run("add", scores, scores, mask(x.length, x.window));
  }

  void backward(AttentionState s, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    for (int e = 0; e < s.packing().examples(); e++) {
      if (s.packing().length(e) > 0) {
        backward(s, e, dout, dq, dk, dv);
      }
    }
  }

  private void backward(AttentionState s, int e, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    int first = s.packing().starts()[e];
    int d = s.headSize();
    Arena.Mark mark = arena.mark();
    Example x = example(s, e);
    NdArrayMatrix dOut = byHead(dout, first, x.length, d);
    NdArrayMatrix delta = delta(byHead(s.o(), first, x.length, d), dOut);
    NdArrayMatrix logs = byHead(s.logSum(), first, x.length, 1);
    NdArrayMatrix dQ = arena.take(x.q.rows(), d);
    NdArrayMatrix dK = arena.take(x.k.rows(), d);
    NdArrayMatrix dV = arena.take(x.k.rows(), d);
    dK.zero();
    dV.zero();
    NdArrayMatrix p = arena.take(x.length, x.length);
    NdArrayMatrix ds = arena.take(x.length, x.length);
    for (int h = 0; h < x.heads(); h++) {
      int at = h * x.length;
      int kv = h / x.group() * x.length;
      NdArrayMatrix dOutHead = dOut.rows(at, x.length);
      INDArray log = logs.rows(at, x.length).array();
      scores(x, h, p.array());
      NdOps.run("subtract", p.array(), p.array(), log);
      NdOps.exp(p.array(), p.array());
      NdOps.gemm(dOutHead.array(), false, x.value(h).array(), true, 1, 0, ds.array());
      NdOps.run("subtract", ds.array(), ds.array(), delta.rows(at, x.length).array());
      NdOps.run("multiply", ds.array(), ds.array(), p.array());
      NdOps.gemm(p.array(), true, dOutHead.array(), false, 1, 1, dV.rows(kv, x.length).array());
      NdOps.gemm(
          ds.array(), true, x.query(h).array(), false, x.scale(), 1, dK.rows(kv, x.length).array());
      NdOps.gemm(
          ds.array(), false, x.key(h).array(), false, x.scale(), 0, dQ.rows(at, x.length).array());
    }
    byRow(dQ, dq, first, x.length, d);
    byRow(dK, dk, first, x.length, d);
    byRow(dV, dv, first, x.length, d);
    arena.release(mark);
  }

  /** Inner product of each row of the output and its gradient, (heads * T, 1). */
  private NdArrayMatrix delta(NdArrayMatrix o, NdArrayMatrix dOut) {
    NdOps.run("multiply", o.array(), o.array(), dOut.array());
    NdArrayMatrix delta = arena.take(o.rows(), 1);
    ops.sumRows(o.array(), 1, delta.array());
    return delta;
  }

  /** The upper left (n, n) of a mask: a corner of a longer example's is a shorter one's. */
  private INDArray mask(int n, int window) {
    NdArrayMatrix mask = masks.get(window);
    if (mask == null || mask.cols() < n) {
      if (mask != null) {
        mask.free();
      }
      mask = NdArrayMatrix.allocate(n, n);
      for (int i = 0; i < n; i++) {
        float[] row = new float[n];
        Arrays.fill(row, 0, Math.max(0, i + 1 - window), UNSEEN);
        Arrays.fill(row, i + 1, n, UNSEEN);
        mask.put(i * n, row, 0, n);
      }
      masks.put(window, mask);
    }
    return mask.corner(n);
  }

  /**
   * Attention of one new token a text, for all heads at once: a query is written once beside each
   * key-value head and zeroed where it is not its own, so that one product with the cache as it
   * lies gives every score.
   */
  void cached(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    int heads = q.cols() / headSize;
    int width = keys[0].cols();
    helpers(new CacheShape(heads, width / headSize, headSize));
    float scale = (float) (1 / Math.sqrt(headSize));
    for (int b = 0; b < lengths.length; b++) {
      int n = Math.min(lengths[b], window);
      int first = lengths[b] - n;
      Arena.Mark mark = arena.mark();
      INDArray wide = arena.take(heads, width).array();
      INDArray scores = arena.take(heads, n).array();
      INDArray max = arena.take(heads, 1).array();
      INDArray logSum = arena.take(heads, 1).array();
      INDArray query = NdArrayMatrix.of(q.rows(b, 1).shaped(heads, headSize)).array();
      INDArray out = NdArrayMatrix.of(o.rows(b, 1).shaped(heads, headSize)).array();
      INDArray k = NdArrayMatrix.of(keys[b]).rows(first, n).array();
      INDArray v = NdArrayMatrix.of(values[b]).rows(first, n).array();
      NdOps.gemm(query, false, repeat.array(), false, scale, 0, wide);
      NdOps.run("multiply", wide, wide, own.array());
      NdOps.gemm(wide, false, k, true, 1, 0, scores);
      ops.shiftByMax(scores, max, logSum);
      NdOps.run("subtract", scores, scores, logSum);
      NdOps.exp(scores, scores);
      NdOps.gemm(scores, false, v, false, 1, 0, wide);
      NdOps.run("multiply", wide, wide, own.array());
      NdOps.gemm(wide, false, repeat.array(), true, 1, 0, out);
      arena.release(mark);
    }
  }

  private void helpers(CacheShape shape) {
    if (shape.equals(cacheShape)) {
      return;
    }
    freeHelpers();
    int d = shape.headSize;
    int width = shape.keyValueHeads * d;
    float[] identities = new float[d * width];
    for (int i = 0; i < d; i++) {
      for (int j = i; j < width; j += d) {
        identities[i * width + j] = 1;
      }
    }
    float[] blocks = new float[shape.heads * width];
    for (int h = 0; h < shape.heads; h++) {
      int block = h / (shape.heads / shape.keyValueHeads);
      Arrays.fill(blocks, h * width + block * d, h * width + (block + 1) * d, 1);
    }
    repeat = NdArrayMatrix.take(d, width);
    own = NdArrayMatrix.take(shape.heads, width);
    repeat.put(0, identities, 0, identities.length);
    own.put(0, blocks, 0, blocks.length);
    cacheShape = shape;
  }

  private void freeHelpers() {
    if (cacheShape != null) {
      repeat.free();
      own.free();
      cacheShape = null;
    }
  }

  void close() {
    freeHelpers();
    masks.values().forEach(NdArrayMatrix::free);
    masks.clear();
  }
}
