package org.radllama.train.kernels;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * The operations by their definitions, in double precision, one element at a time; and gradients by
 * central differences of them, so that nothing here knows a derivative.
 */
final class Naive {
  private static final double STEP = 1e-5;

  private Naive() {}

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  /** {@code a (n, k) b (m, k)^T}. */
  static double[] timesTransposed(double[] a, double[] b, int n, int m, int k) {
    double[] c = new double[n * m];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < m; j++) {
        for (int l = 0; l < k; l++) {
          c[i * m + j] += a[i * k + l] * b[j * k + l];
        }
      }
    }
    return c;
  }

  static double[] transposed(double[] a, int rows, int cols) {
    double[] t = new double[a.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < cols; j++) {
        t[j * rows + i] = a[i * cols + j];
      }
    }
    return t;
  }

  static double[] rmsNorm(double[] x, double[] gain, double eps) {
    int n = gain.length;
    double[] y = new double[x.length];
    for (int row = 0; row < x.length; row += n) {
      double scale = inverse(x, row, n, eps);
      for (int j = 0; j < n; j++) {
        y[row + j] = x[row + j] * scale * gain[j];
      }
    }
    return y;
  }

  static double inverse(double[] x, int from, int n, double eps) {
    double squares = 0;
    for (int j = from; j < from + n; j++) {
      squares += x[j] * x[j];
    }
    return 1 / Math.sqrt(squares / n + eps);
  }

  /** Multiplies pair i of each head, as a complex number, by {@code e^(i p theta^(-2i/d))}. */
  static double[] rotate(double[] x, int heads, int d, double theta, int[] positions) {
    double[] y = new double[x.length];
    for (int row = 0; row < positions.length; row++) {
      for (int h = 0; h < heads; h++) {
        for (int i = 0; i < d / 2; i++) {
          double angle = positions[row] * Math.pow(theta, -2.0 * i / d);
          int re = (row * heads + h) * d + i;
          int im = re + d / 2;
          y[re] = x[re] * Math.cos(angle) - x[im] * Math.sin(angle);
          y[im] = x[im] * Math.cos(angle) + x[re] * Math.sin(angle);
        }
      }
    }
    return y;
  }

  /**
   * The shape of an attention.
   *
   * @param window how many tokens a token sees at most, itself among them
   */
  record Heads(int heads, int keyValueHeads, int d, int window) {
    int queries() {
      return heads * d;
    }

    int keys() {
      return keyValueHeads * d;
    }
  }

  /**
   * Causal attention of one text.
   *
   * @param sums (length, heads), receives log of the softmax denominators; or null
   */
  static void attention(
      double[] q,
      double[] k,
      double[] v,
      Heads s,
      int first,
      int length,
      double[] o,
      double[] sums) {
    for (int t = first; t < first + length; t++) {
      for (int h = 0; h < s.heads; h++) {
        int kv = h / (s.heads / s.keyValueHeads);
        double[] p = new double[t - first + 1];
        double sum = 0;
        for (int u = Math.max(first, t - s.window + 1); u <= t; u++) {
          double score = 0;
          for (int i = 0; i < s.d; i++) {
            score += q[t * s.queries() + h * s.d + i] * k[u * s.keys() + kv * s.d + i];
          }
          p[u - first] = Math.exp(score / Math.sqrt(s.d));
          sum += p[u - first];
        }
        if (sums != null) {
          sums[t * s.heads + h] = Math.log(sum);
        }
        for (int i = 0; i < s.d; i++) {
          double y = 0;
          for (int u = first; u <= t; u++) {
            y += p[u - first] / sum * v[u * s.keys() + kv * s.d + i];
          }
          o[t * s.queries() + h * s.d + i] = y;
        }
      }
    }
  }

  static double[] swiglu(double[] gate, double[] up) {
    double[] y = new double[gate.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
    }
    return y;
  }

  static double crossEntropy(double[] logits, int[] targets, int vocabulary) {
    double loss = 0;
    for (int row = 0; row < targets.length; row++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int j = 0; j < vocabulary; j++) {
        max = Math.max(max, logits[row * vocabulary + j]);
      }
      double sum = 0;
      for (int j = 0; j < vocabulary; j++) {
        sum += Math.exp(logits[row * vocabulary + j] - max);
      }
      loss += Math.log(sum) + max - logits[row * vocabulary + targets[row]];
    }
    return loss;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Indices of a few elements, or of all when there are few. */
  static int[] sample(int size, int most, Random random) {
    return size <= most
        ? random.ints(0, size).distinct().limit(size).toArray()
        : random.ints(most, 0, size).toArray();
  }

  /** The derivative of f by element i of x. */
  static double derivative(ToDoubleFunction<double[]> f, double[] x, int i) {
    double at = x[i];
    double[] moved = x.clone();
    moved[i] = at + STEP;
    double up = f.applyAsDouble(moved);
    moved[i] = at - STEP;
    double down = f.applyAsDouble(moved);
    return (up - down) / (2 * STEP);
  }
}
