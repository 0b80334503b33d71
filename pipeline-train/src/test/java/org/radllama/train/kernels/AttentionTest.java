package org.radllama.train.kernels;

import static org.radllama.train.kernels.KernelsTest.assertGradient;
import static org.radllama.train.kernels.KernelsTest.assertNear;
import static org.radllama.train.kernels.KernelsTest.d;
import static org.radllama.train.kernels.KernelsTest.normal;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.radllama.train.kernels.KernelsTest.Case;
import org.radllama.train.kernels.Naive.Heads;

/** Attention of both implementations against its definition, forward, backward and cached. */
class AttentionTest {
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.KernelsTest#cases")
  void attention(Case c) {
    Random random = new Random(c.seed());
    Heads s = c.heads();
    int n = c.rows();
    float[] q = normal(random, n * s.queries());
    float[] k = normal(random, n * s.keys());
    float[] v = normal(random, n * s.keys());
    float[] dout = normal(random, n * s.queries());
    try (Guarded g = new Guarded(c.backend());
        Kernels kernels = c.backend().kernels()) {
      Matrix o = g.result(n, s.queries());
      Matrix sums = g.result(n, s.heads());
      Matrix qs = g.matrix(n, s.queries(), q);
      Matrix ks = g.matrix(n, s.keys(), k);
      Matrix vs = g.matrix(n, s.keys(), v);
      Kernels.AttentionState state =
          new Kernels.AttentionState(
              qs, ks, vs, o, sums, s.d(), c.packing(), c.packing(), s.window());
      kernels.attention(state);
      double[] logs = new double[n * s.heads()];
      assertNear(o, attention(c, d(q), d(k), d(v), logs));
      assertNear(sums, logs);

      Matrix dq = g.result(n, s.queries());
      Matrix dk = g.result(n, s.keys());
      Matrix dv = g.result(n, s.keys());
      kernels.attentionBackward(state, g.matrix(n, s.queries(), dout), dq, dk, dv);
      double[] r = d(dout);
      assertGradient(dq, a -> Naive.dot(attention(c, a, d(k), d(v), null), r), q, null, random);
      assertGradient(dk, a -> Naive.dot(attention(c, d(q), a, d(v), null), r), k, null, random);
      assertGradient(dv, a -> Naive.dot(attention(c, d(q), d(k), a, null), r), v, null, random);
    }
  }

  /** Queries of a range of each example: as those rows of the whole, and the others' none. */
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.KernelsTest#cases")
  void attentionOfSomeRows(Case c) {
    Random random = new Random(c.seed());
    Heads s = c.heads();
    int n = c.rows();
    Packing some = ranges(c.packing(), random);
    float[] q = normal(random, n * s.queries());
    float[] k = normal(random, n * s.keys());
    float[] v = normal(random, n * s.keys());
    float[] dout = normal(random, n * s.queries());
    outside(c.packing(), some, s.queries(), dout);
    try (Guarded g = new Guarded(c.backend());
        Kernels kernels = c.backend().kernels()) {
      Kernels.AttentionState whole =
          new Kernels.AttentionState(
              g.matrix(n, s.queries(), q),
              g.matrix(n, s.keys(), k),
              g.matrix(n, s.keys(), v),
              g.result(n, s.queries()),
              g.result(n, s.heads()),
              s.d(),
              c.packing(),
              c.packing(),
              s.window());
      Matrix[] expected = gradients(g, kernels, whole, g.matrix(n, s.queries(), dout));
      int m = some.rows();
      Kernels.AttentionState part =
          new Kernels.AttentionState(
              g.matrix(m, s.queries(), inside(c.packing(), some, s.queries(), q)),
              whole.k(),
              whole.v(),
              g.result(m, s.queries()),
              g.result(m, s.heads()),
              s.d(),
              some,
              c.packing(),
              s.window());
      Matrix partDout = g.matrix(m, s.queries(), inside(c.packing(), some, s.queries(), dout));
      Matrix[] actual = gradients(g, kernels, part, partDout);
      assertNear(part.o(), d(inside(c.packing(), some, s.queries(), whole.o().toArray())));
      assertNear(part.logSum(), d(inside(c.packing(), some, s.heads(), whole.logSum().toArray())));
      assertNear(actual[0], d(inside(c.packing(), some, s.queries(), expected[0].toArray())));
      assertNear(actual[1], d(expected[1].toArray()));
      assertNear(actual[2], d(expected[2].toArray()));
    }
  }

  private static Matrix[] gradients(
      Guarded g, Kernels kernels, Kernels.AttentionState state, Matrix dout) {
    kernels.attention(state);
    Matrix dq = g.result(state.q().rows(), state.q().cols());
    Matrix dk = g.result(state.k().rows(), state.k().cols());
    Matrix dv = g.result(state.v().rows(), state.v().cols());
    kernels.attentionBackward(state, dout, dq, dk, dv);
    return new Matrix[] {dq, dk, dv};
  }

  /** A random range of each example, at least one row in all. */
  private static Packing ranges(Packing packing, Random random) {
    int[] lengths = new int[packing.examples()];
    int[] offset = new int[packing.examples()];
    for (int e = 0; e < lengths.length; e++) {
      offset[e] = random.nextInt(packing.length(e) + 1);
      lengths[e] = random.nextInt(packing.length(e) - offset[e] + 1);
    }
    int last = lengths.length - 1;
    if (Packing.of(lengths).rows() == 0) {
      offset[last] = packing.length(last) - 1;
      lengths[last] = 1;
    }
    return new Packing(Packing.of(lengths).starts(), offset);
  }

  private static float[] inside(Packing packing, Packing some, int cols, float[] all) {
    float[] in = new float[some.rows() * cols];
    for (int e = 0; e < some.examples(); e++) {
      int from = (packing.starts()[e] + some.offset()[e]) * cols;
      System.arraycopy(all, from, in, some.starts()[e] * cols, some.length(e) * cols);
    }
    return in;
  }

  /** Sets to zero the rows that are not among some. */
  private static void outside(Packing packing, Packing some, int cols, float[] all) {
    float[] in = inside(packing, some, cols, all);
    java.util.Arrays.fill(all, 0);
    for (int e = 0; e < some.examples(); e++) {
      int to = (packing.starts()[e] + some.offset()[e]) * cols;
      System.arraycopy(in, some.starts()[e] * cols, all, to, some.length(e) * cols);
    }
  }

  private static double[] attention(Case c, double[] q, double[] k, double[] v, double[] logs) {
    double[] o = new double[q.length];
    Packing packing = c.packing();
    for (int e = 0; e < c.lengths().length; e++) {
      Naive.attention(q, k, v, c.heads(), packing.starts()[e], c.lengths()[e], o, logs);
    }
    return o;
  }

  /** One new token a text gives the last row of the attention over the whole text. */
  @ParameterizedTest
  @MethodSource("org.radllama.train.kernels.KernelsTest#cases")
  void cachedAttention(Case c) {
    Random random = new Random(c.seed());
    Heads s = c.heads();
    int texts = c.lengths().length;
    float[] q = normal(random, texts * s.queries());
    double[] expected = new double[q.length];
    try (Guarded g = new Guarded(c.backend());
        Kernels kernels = c.backend().kernels()) {
      Matrix[] keys = new Matrix[texts];
      Matrix[] values = new Matrix[texts];
      for (int e = 0; e < texts; e++) {
        int capacity = c.lengths()[e] + random.nextInt(5);
        float[] k = normal(random, capacity * s.keys());
        float[] v = normal(random, capacity * s.keys());
        keys[e] = g.matrix(capacity, s.keys(), k);
        values[e] = g.matrix(capacity, s.keys(), v);
        double[] queries = new double[c.lengths()[e] * s.queries()];
        int last = queries.length - s.queries();
        for (int j = 0; j < s.queries(); j++) {
          queries[last + j] = q[e * s.queries() + j];
        }
        double[] o = new double[queries.length];
        Naive.attention(queries, d(k), d(v), s, 0, c.lengths()[e], o, null);
        System.arraycopy(o, last, expected, e * s.queries(), s.queries());
      }
      Matrix o = g.result(texts, s.queries());
      kernels.cachedAttention(
          g.matrix(texts, s.queries(), q), keys, values, c.lengths(), s.d(), s.window(), o);
      assertNear(o, expected);
    }
  }
}
