package org.radllama.train.optim;

/**
 * Learning rates over a run, as transformers' {@code get_*_schedule_with_warmup}: a linear rise
 * from 0 over the warm-up, then constant, linear to 0, or half a cosine to 0.
 *
 * @param shape how the rate falls
 * @param peak the rate after warm-up
 * @param warmup steps of rise; step 0 of a warm-up has rate 0
 * @param total steps in all
 */
public record Schedule(Shape shape, double peak, long warmup, long total) {

  /** How the rate falls after warm-up. */
  public enum Shape {
    CONSTANT,
    LINEAR,
    COSINE
  }

  /** The rate of a step, counted from 0. */
  public double rate(long step) {
    if (step < warmup) {
      return peak * step / Math.max(1, warmup);
    }
    double progress = (double) (step - warmup) / Math.max(1, total - warmup);
    return switch (shape) {
      case CONSTANT -> peak;
      case LINEAR -> peak * Math.max(0, 1 - progress);
      case COSINE -> peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
    };
  }
}
