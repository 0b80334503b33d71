package org.radllama.train.kernels;

import java.util.Arrays;
import org.radllama.train.kernels.Gemm.Panel;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * Causal attention in blocks of query rows, after FlashAttention (Dao et al., arXiv 2205.14135):
 * the scores of a block see only the keys up to its last row, so about half the work of the full
 * square falls away, and none of it is kept for the way back.
 */
final class BlockedAttention {
  private static final int BLOCK = 64;

  private HostMat scores = HostMat.allocate(BLOCK, 64);
  private HostMat gradients = HostMat.allocate(BLOCK, 64);
  private float[] row = new float[64];
  private float[] other = new float[64];

  void forward(AttentionState s) {
    int heads = s.q().cols() / s.headSize();
    float[] logs = new float[s.q().rows() * heads];
    reserve(s.packing().longest());
    for (int e = 0; e < s.packing().examples(); e++) {
      for (int h = 0; h < heads; h++) {
        forward(s, e, h, logs);
      }
    }
    s.logSum().put(0, logs, 0, logs.length);
  }

  private void forward(AttentionState s, int example, int head, float[] logs) {
    int d = s.headSize();
    int first = s.packing().starts()[example];
    int length = s.packing().length(example);
    int heads = s.q().cols() / d;
    int kvCol = head / (heads / (s.k().cols() / d)) * d;
    for (int from = 0; from < length; from += BLOCK) {
      int n = Math.min(BLOCK, length - from);
      int keys = from + n;
      scores(s, first, from, n, head);
      for (int i = 0; i < n; i++) {
        logs[(first + from + i) * heads + head] = softmax(i, keys, from + i + 1);
      }
      Panel o = Panel.of(s.o(), first + from, head * d);
      Panel p = new Panel(scores.pointer(), keys);
      Gemm.NN.run(n, d, keys, 1, p, Panel.of(s.v(), first, kvCol), 0, o);
    }
  }

  /** Scores of a block's queries with all keys up to its end, (n, from + n). */
  private void scores(AttentionState s, int first, int from, int n, int head) {
    int d = s.headSize();
    int group = s.q().cols() / s.k().cols();
    float scale = (float) (1 / Math.sqrt(d));
    Panel q = Panel.of(s.q(), first + from, head * d);
    Panel k = Panel.of(s.k(), first, head / group * d);
    Gemm.NT.run(n, from + n, d, scale, q, k, 0, new Panel(scores.pointer(), from + n));
  }

  /** Turns a row of scores into probabilities, zero from {@code seen} on; the log of its sum. */
  private float softmax(int i, int keys, int seen) {
    scores.get(i * keys, row, 0, seen);
    float max = Loops.max(row, seen);
    float sum = Loops.expSum(row, seen, max);
    Loops.scale(row, seen, 1 / sum);
    Arrays.fill(row, seen, keys, 0);
    scores.put(i * keys, row, 0, keys);
    return (float) (Math.log(sum) + max);
  }

  void backward(AttentionState s, Mat dout, Mat dq, Mat dk, Mat dv) {
    int heads = s.q().cols() / s.headSize();
    reserve(s.packing().longest());
    dk.zero();
    dv.zero();
    float[] delta = delta(s, dout, heads);
    float[] logs = s.logSum().toArray();
    for (int e = 0; e < s.packing().examples(); e++) {
      for (int h = 0; h < heads; h++) {
        int length = s.packing().length(e);
        for (int from = 0; from < length; from += BLOCK) {
          int n = Math.min(BLOCK, length - from);
          new BlockBackward(s, s.packing().starts()[e], h, from, n)
              .run(dout, dq, dk, dv, logs, delta);
        }
      }
    }
  }

  /** Inner product of each head's output and its gradient, (N, heads). */
  private static float[] delta(AttentionState s, Mat dout, int heads) {
    int d = s.headSize();
    float[] delta = new float[s.q().rows() * heads];
    float[] o = new float[s.o().cols()];
    float[] g = new float[s.o().cols()];
    for (int r = 0; r < s.o().rows(); r++) {
      HostMat.of(s.o()).row(r, o);
      HostMat.of(dout).row(r, g);
      for (int h = 0; h < heads; h++) {
        float sum = 0;
        for (int j = h * d; j < (h + 1) * d; j++) {
          sum += o[j] * g[j];
        }
        delta[r * heads + h] = sum;
      }
    }
    return delta;
  }

  /** One block of one head on the way back. */
  private final class BlockBackward {
    private final AttentionState s;
    private final int first;
    private final int head;
    private final int from;
    private final int n;
    private final int keys;
    private final int heads;
    private final int kvCol;

    BlockBackward(AttentionState s, int first, int head, int from, int n) {
      this.s = s;
      this.first = first;
      this.head = head;
      this.from = from;
      this.n = n;
      this.keys = from + n;
      this.heads = s.q().cols() / s.headSize();
      this.kvCol = head / (s.q().cols() / s.k().cols()) * s.headSize();
    }

    void run(Mat dout, Mat dq, Mat dk, Mat dv, float[] logs, float[] delta) {
      int d = s.headSize();
      Panel p = new Panel(scores.pointer(), keys);
      Panel ds = new Panel(gradients.pointer(), keys);
      Panel dOut = Panel.of(dout, first + from, head * d);
      Panel q = Panel.of(s.q(), first + from, head * d);
      scores(s, first, from, n, head);
      Gemm.NT.run(n, keys, d, 1, dOut, Panel.of(s.v(), first, kvCol), 0, ds);
      for (int i = 0; i < n; i++) {
        int at = (first + from + i) * heads + head;
        probabilities(i, from + i + 1, logs[at], delta[at]);
      }
      Gemm.TN.run(keys, d, n, 1, p, dOut, 1, Panel.of(dv, first, kvCol));
      Gemm.TN.run(keys, d, n, 1, ds, q, 1, Panel.of(dk, first, kvCol));
      Panel k = Panel.of(s.k(), first, kvCol);
      Gemm.NN.run(n, d, keys, 1, ds, k, 0, Panel.of(dq, first + from, head * d));
    }

    /** Row i: p = e^(score - log), ds = p (dp - delta) / sqrt(headSize), zero from seen on. */
    private void probabilities(int i, int seen, float log, float delta) {
      float scale = (float) (1 / Math.sqrt(s.headSize()));
      scores.get(i * keys, row, 0, seen);
      gradients.get(i * keys, other, 0, seen);
      for (int j = 0; j < seen; j++) {
        float p = Loops.exp(row[j] - log);
        row[j] = p;
        other[j] = p * (other[j] - delta) * scale;
      }
      Arrays.fill(row, seen, keys, 0);
      Arrays.fill(other, seen, keys, 0);
      scores.put(i * keys, row, 0, keys);
      gradients.put(i * keys, other, 0, keys);
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
      scores = HostMat.allocate(BLOCK, capacity);
      gradients = HostMat.allocate(BLOCK, capacity);
      row = new float[capacity];
      other = new float[capacity];
    }
  }
}
