package org.radllama.train.kernels;

import java.util.Arrays;
import java.util.function.Consumer;
import org.radllama.train.kernels.Gemm.Panel;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * Causal attention in blocks of query rows, after FlashAttention (Dao et al., arXiv 2205.14135):
 * the scores of a block see only the keys up to its last row and from its first row's window on, so
 * about half the work of the full square falls away, and none of it is kept for the backward pass.
 */
final class BlockedAttention {
  private static final int BLOCK = Kernels.QUERIES_AT_ONCE;

  private HostMatrix scores = HostMatrix.allocate(BLOCK, 64);
  private HostMatrix gradients = HostMatrix.allocate(BLOCK, 64);
  private float[] stagedScores = new float[BLOCK * 64];
  private float[] stagedGradients = new float[BLOCK * 64];
  private final float[] logSums = new float[BLOCK];
  private final Exponential exponential;

  BlockedAttention(Exponential exponential) {
    this.exponential = exponential;
  }

  void forward(AttentionState s) {
    float[] logs = new float[s.q().rows() * (s.q().cols() / s.headSize())];
    eachBlock(s, block -> block.forward(logs));
    s.logSum().put(0, logs, 0, logs.length);
  }

  void backward(AttentionState s, Matrix dout, Matrix dq, Matrix dk, Matrix dv) {
    dk.zero();
    dv.zero();
    float[] delta = delta(s, dout);
    float[] logs = s.logSum().toArray();
    eachBlock(s, block -> block.backward(dout, dq, dk, dv, logs, delta));
  }

  private void eachBlock(AttentionState s, Consumer<Block> work) {
    reserve(s.packing().longest());
    for (int e = 0; e < s.packing().examples(); e++) {
      for (int h = 0; h < s.q().cols() / s.headSize(); h++) {
        for (int from = 0; from < s.queries().length(e); from += BLOCK) {
          work.accept(new Block(s, e, h, from));
        }
      }
    }
  }

  /** Inner product of each head's output and its gradient, (N, heads). */
  private static float[] delta(AttentionState s, Matrix dout) {
    int d = s.headSize();
    int heads = s.q().cols() / d;
    float[] delta = new float[s.q().rows() * heads];
    float[] o = new float[s.o().cols()];
    float[] g = new float[s.o().cols()];
    for (int r = 0; r < s.o().rows(); r++) {
      HostMatrix.of(s.o()).row(r, o);
      HostMatrix.of(dout).row(r, g);
      for (int h = 0; h < heads; h++) {
        delta[r * heads + h] = (float) Loops.dot(o, g, h * d, (h + 1) * d);
      }
    }
    return delta;
  }

  /** The n queries of one head from one on, with all keys that any of them sees. */
  private final class Block {
    private final AttentionState s;
    private final int first;
    private final int query;
    private final int head;
    private final int n;
    private final int keys;
    private final int heads;
    private final int kvCol;

    Block(AttentionState s, int example, int head, int from) {
      int before = s.queries().offset()[example] - s.packing().offset()[example];
      this.s = s;
      int hidden = Math.max(0, before + from + 1 - s.window());
      this.first = s.packing().starts()[example] + hidden;
      this.query = s.queries().starts()[example] + from;
      this.head = head;
      this.n = Math.min(BLOCK, s.queries().length(example) - from);
      this.keys = before + from + n - hidden;
      this.heads = s.q().cols() / s.headSize();
      this.kvCol = head / (s.q().cols() / s.k().cols()) * s.headSize();
    }

    void forward(float[] logs) {
      int d = s.headSize();
      scores();
      softmax();
      for (int i = 0; i < n; i++) {
        logs[(query + i) * heads + head] = logSums[i];
      }
      Panel o = Panel.of(s.o(), query, head * d);
      Panel p = new Panel(scores.pointer(), keys);
      Gemm.NN.run(n, d, keys, 1, p, Panel.of(s.v(), first, kvCol), 0, o);
    }

    /** Where the keys that row i sees begin among the staged numbers. */
    private int begin(int i) {
      return i * keys + Math.max(0, keys - n + i + 1 - s.window());
    }

    /** Where they end. */
    private int end(int i) {
      return i * keys + keys - n + i + 1;
    }

    /** Sets to zero what row i does not see. */
    private void hide(float[] staged, int i) {
      Arrays.fill(staged, i * keys, begin(i), 0);
      Arrays.fill(staged, end(i), (i + 1) * keys, 0);
    }

    /** Turns the scores into probabilities; the logs of their sums go into {@link #logSums}. */
    private void softmax() {
      scores.get(0, stagedScores, 0, n * keys);
      for (int i = 0; i < n; i++) {
        float max = Loops.max(stagedScores, begin(i), end(i));
        Loops.subtract(stagedScores, begin(i), end(i), max);
        logSums[i] = max;
      }
      exponential.apply(stagedScores, n * keys);
      for (int i = 0; i < n; i++) {
        double sum = Loops.sum(stagedScores, begin(i), end(i));
        Loops.scale(stagedScores, begin(i), end(i), (float) (1 / sum));
        hide(stagedScores, i);
        logSums[i] += (float) Math.log(sum);
      }
      scores.put(0, stagedScores, 0, n * keys);
    }

    /** Scores of the queries with the keys, (n, keys). */
    private void scores() {
      int d = s.headSize();
      float scale = (float) (1 / Math.sqrt(d));
      Panel q = Panel.of(s.q(), query, head * d);
      Panel k = Panel.of(s.k(), first, kvCol);
      Gemm.NT.run(n, keys, d, scale, q, k, 0, new Panel(scores.pointer(), keys));
    }

    void backward(Matrix dout, Matrix dq, Matrix dk, Matrix dv, float[] logs, float[] delta) {
      int d = s.headSize();
      Panel p = new Panel(scores.pointer(), keys);
      Panel ds = new Panel(gradients.pointer(), keys);
      Panel dOut = Panel.of(dout, query, head * d);
      Panel q = Panel.of(s.q(), query, head * d);
      scores();
      Gemm.NT.run(n, keys, d, 1, dOut, Panel.of(s.v(), first, kvCol), 0, ds);
      probabilities(logs, delta);
      Gemm.TN.run(keys, d, n, 1, p, dOut, 1, Panel.of(dv, first, kvCol));
      Gemm.TN.run(keys, d, n, 1, ds, q, 1, Panel.of(dk, first, kvCol));
      Panel k = Panel.of(s.k(), first, kvCol);
      Gemm.NN.run(n, d, keys, 1, ds, k, 0, Panel.of(dq, query, head * d));
    }

    /** Row i: p = e^(score - log), ds = p (dp - delta) / sqrt(headSize), zero for hidden keys. */
    private void probabilities(float[] logs, float[] delta) {
      float scale = (float) (1 / Math.sqrt(s.headSize()));
      scores.get(0, stagedScores, 0, n * keys);
      gradients.get(0, stagedGradients, 0, n * keys);
      for (int i = 0; i < n; i++) {
        float log = logs[(query + i) * heads + head];
        Loops.subtract(stagedScores, begin(i), end(i), log);
      }
      exponential.apply(stagedScores, n * keys);
      for (int i = 0; i < n; i++) {
        float d = delta[(query + i) * heads + head];
        scoreGradients(stagedScores, stagedGradients, begin(i), end(i), d, scale);
        hide(stagedScores, i);
        hide(stagedGradients, i);
      }
      scores.put(0, stagedScores, 0, n * keys);
      gradients.put(0, stagedGradients, 0, n * keys);
    }
  }

  private static void scoreGradients(
      float[] p, float[] dp, int from, int to, float delta, float scale) {
    for (int j = from; j < to; j++) {
      dp[j] = p[j] * (dp[j] - delta) * scale;
    }
  }

  /** See {@link Kernels#cachedAttention}. */
  void cached(
      Matrix q, Matrix[] keys, Matrix[] values, int[] lengths, int headSize, int window, Matrix o) {
    int group = q.cols() / keys[0].cols();
    float scale = (float) (1 / Math.sqrt(headSize));
    reserve(Arrays.stream(lengths).max().orElse(0));
    for (int b = 0; b < lengths.length; b++) {
      int n = Math.min(lengths[b], window);
      int first = lengths[b] - n;
      for (int h = 0; h < q.cols() / headSize; h++) {
        int at = b * q.cols() + h * headSize;
        Panel k = Panel.of(keys[b], first, h / group * headSize);
        Panel v = Panel.of(values[b], first, h / group * headSize);
        Gemm.vector(false, n, headSize, scale, k, HostMatrix.of(q).at(at), 0, scores.pointer());
        scores.get(0, stagedScores, 0, n);
        double sum = exponential.sum(stagedScores, n, Loops.max(stagedScores, 0, n));
        Loops.scale(stagedScores, 0, n, (float) (1 / sum));
        scores.put(0, stagedScores, 0, n);
        Gemm.vector(true, n, headSize, 1, v, scores.pointer(), 0, HostMatrix.of(o).at(at));
      }
    }
  }

  void close() {
    scores.free();
    gradients.free();
  }

  private void reserve(int keys) {
    if (scores.cols() < keys) {
      close();
      int capacity = Math.max(keys, 2 * scores.cols());
      scores = HostMatrix.allocate(BLOCK, capacity);
      gradients = HostMatrix.allocate(BLOCK, capacity);
      stagedScores = new float[BLOCK * capacity];
      stagedGradients = new float[BLOCK * capacity];
    }
  }
}
