package org.radllama.train.optim;

/** Clipping by the global norm, as {@code torch.nn.utils.clip_grad_norm_} does it. */
public final class Clipping {
  private Clipping() {}

  /**
   * Multiplies by {@code factor} and then shortens to the longest norm allowed.
   *
   * @param longest the bound, or 0 for none
   * @return the norm before shortening
   */
  public static double scaleAndClip(float[] gradient, double factor, double longest) {
    double squares = 0;
    for (float g : gradient) {
      squares += (double) g * g;
    }
    double norm = Math.sqrt(squares) * factor;
    double clip = longest > 0 ? Math.min(1, longest / (norm + 1e-6)) : 1;
    float by = (float) (factor * clip);
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] *= by;
    }
    return norm;
  }
}
