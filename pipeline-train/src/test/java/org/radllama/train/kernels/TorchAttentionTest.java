package org.radllama.train.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Kernels.AttentionState;

/**
 * The way by whole matrices of scores, which GPUs without flash attention take, gives what flash
 * attention gives; {@code KernelsTest} compares that with the definition.
 */
class TorchAttentionTest {
  private static final TorchBackend CPU = new TorchBackend("cpu", Precision.F32);
  private static final TorchDevice DEVICE = TorchDevice.of(CPU);
  private static final int HEAD = 8;
  private static final int[] LENGTHS = {5, 17, 1, 30};
  private static final Packing ALL = Packing.of(LENGTHS);

  /** Queries that begin some rows after their example does, and end some before. */
  private static final Packing SOME =
      new Packing(new int[] {0, 3, 10, 11, 20}, new int[] {1, 4, 0, 20});

  @ParameterizedTest
  @CsvSource({"4,4,true", "4,4,false", "6,2,true", "6,2,false", "3,1,true"})
  void bothWaysAgree(int heads, int groups, boolean whole) {
    Packing queries = whole ? ALL : SOME;
    float[][] flash = run(heads, groups, queries, new TorchAttention(DEVICE, true, 0));
    long two = 2L * heads * 30 * 30;
    for (long scoresAtOnce : new long[] {1, two, TorchAttention.SCORES_AT_ONCE}) {
      TorchAttention plain = new TorchAttention(DEVICE, false, scoresAtOnce);
      assertNear(run(heads, groups, queries, plain), flash);
    }
  }

  private static void assertNear(float[][] seen, float[][] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(seen[i]).hasSameSizeAs(expected[i]);
      for (int j = 0; j < expected[i].length; j++) {
        assertThat(seen[i][j]).isCloseTo(expected[i][j], within(1e-5f));
      }
    }
  }

  /** Outputs, logs of the sums, and the gradients by queries, keys and values. */
  private static float[][] run(int heads, int groups, Packing queries, TorchAttention attention) {
    Random random = new Random(heads);
    int m = queries.rows();
    int n = ALL.rows();
    try (Guarded g = new Guarded(CPU);
        Kernels kernels = new TorchKernels(DEVICE, attention)) {
      AttentionState s =
          new AttentionState(
              normal(g, random, m, heads * HEAD),
              normal(g, random, n, groups * HEAD),
              normal(g, random, n, groups * HEAD),
              g.result(m, heads * HEAD),
              g.result(m, heads),
              HEAD,
              queries,
              ALL,
              Integer.MAX_VALUE);
      kernels.attention(s);
      Matrix dq = g.result(m, heads * HEAD);
      Matrix dk = g.result(n, groups * HEAD);
      Matrix dv = g.result(n, groups * HEAD);
      kernels.attentionBackward(s, normal(g, random, m, heads * HEAD), dq, dk, dv);
      return new float[][] {
        s.o().toArray(), s.logSum().toArray(), dq.toArray(), dk.toArray(), dv.toArray()
      };
    }
  }

  private static Matrix normal(Guarded g, Random random, int rows, int cols) {
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return g.matrix(rows, cols, values);
  }
}
