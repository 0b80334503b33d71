package org.radllama.train.optim;

import org.radllama.failure.BadSettingException;

/**
 * AdamW (Loshchilov and Hutter, arXiv 1711.05101) in PyTorch's form: decay is decoupled, epsilon is
 * added after the bias correction.
 */
public final class AdamW {
  private final Hyper hyper;
  private final float[] mean;
  private final float[] square;
  private long steps;

  /**
   * Hyper-parameters.
   *
   * @param beta1 decay of the mean of gradients, in [0, 1)
   * @param beta2 decay of the mean of their squares, in [0, 1)
   * @param epsilon added to the denominator, above 0
   * @param weightDecay decoupled decay, at least 0
   */
  public record Hyper(double beta1, double beta2, double epsilon, double weightDecay) {
    public Hyper {
      requireIn("optimiser.beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
      requireIn("optimiser.beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
      requireIn("optimiser.epsilon", epsilon, epsilon > 0, "above 0");
      requireIn("optimiser.weight-decay", weightDecay, weightDecay >= 0, "at least 0");
    }

    private static void requireIn(String key, double value, boolean holds, String range) {
      if (!holds) {
        throw new BadSettingException("%s is %s, must be %s", key, value, range);
      }
    }
  }

  /** An optimiser of {@code parameters} numbers that has not stepped yet. */
  public AdamW(Hyper hyper, int parameters) {
    this(hyper, 0, new float[parameters], new float[parameters]);
  }

  /** An optimiser that continues from saved moments; it keeps and changes the arrays. */
  public AdamW(Hyper hyper, long steps, float[] mean, float[] square) {
    this.hyper = hyper;
    this.steps = steps;
    this.mean = mean;
    this.square = square;
  }

  /** Changes {@code parameters} by one step along {@code gradient}. */
  public void step(float[] parameters, float[] gradient, double learningRate) {
    steps++;
    float beta1 = (float) hyper.beta1;
    float beta2 = (float) hyper.beta2;
    float keep = (float) (1 - learningRate * hyper.weightDecay);
    float size = (float) (learningRate / (1 - Math.pow(hyper.beta1, (double) steps)));
    float root = (float) Math.sqrt(1 - Math.pow(hyper.beta2, (double) steps));
    float epsilon = (float) hyper.epsilon;
    for (int i = 0; i < parameters.length; i++) {
      float g = gradient[i];
      float m = mean[i] + (g - mean[i]) * (1 - beta1);
      float v = square[i] * beta2 + g * g * (1 - beta2);
      mean[i] = m;
      square[i] = v;
      float denominator = (float) Math.sqrt(v) / root + epsilon;
      parameters[i] = parameters[i] * keep - size * (m / denominator);
    }
  }

  /** Steps taken. */
  public long steps() {
    return steps;
  }

  /** First moments; the live array. */
  public float[] mean() {
    return mean;
  }

  /** Second moments; the live array. */
  public float[] square() {
    return square;
  }
}
