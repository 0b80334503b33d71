package org.radllama.train.resume;

import org.radllama.train.optim.AdamW;

/**
 * Everything that the next step depends on. The order of the data and the dropout follow from the
 * seed and the step, so the step is their position.
 */
public final class TrainingState {
  private final float[] values;
  private final AdamW adam;
  private long targetTokens;
  private Last last;
  private Best best;

  /**
   * What the last step said.
   *
   * @param loss mean loss over its target tokens in nats, NaN before the first step
   * @param validationLoss mean loss over the validate split after it, NaN where not computed
   */
  public record Last(double loss, double validationLoss) {
    /** No step yet. */
    public static Last none() {
      return new Last(Double.NaN, Double.NaN);
    }
  }

  /**
   * The best validation so far.
   *
   * @param step after which it was found, 0 when there was none yet
   * @param loss its mean loss, infinite when there was none yet
   * @param since validations after it
   */
  public record Best(long step, double loss, int since) {
    /** No validation yet. */
    public static Best none() {
      return new Best(0, Double.POSITIVE_INFINITY, 0);
    }

    Best after(long newStep, double newLoss) {
      return newLoss < loss ? new Best(newStep, newLoss, 0) : new Best(step, loss, since + 1);
    }
  }

  /** A state; the arrays are kept and changed. */
  public TrainingState(float[] values, AdamW adam, long targetTokens, Last last, Best best) {
    this.values = values;
    this.adam = adam;
    this.targetTokens = targetTokens;
    this.last = last;
    this.best = best;
  }

  /** Before the first step. */
  public static TrainingState start(float[] values, AdamW.Hyper hyper) {
    return new TrainingState(values, new AdamW(hyper, values.length), 0, Last.none(), Best.none());
  }

  /**
   * One optimiser step.
   *
   * @param loss the step's mean loss
   * @param tokens target tokens of the step
   */
  public void step(float[] gradient, double learningRate, double loss, long tokens) {
    adam.step(values, gradient, learningRate);
    targetTokens += tokens;
    last = new Last(loss, Double.NaN);
  }

  /** Takes note of a validation after the last step; whether it is the best so far. */
  public boolean validated(double loss) {
    last = new Last(last.loss, loss);
    best = best.after(steps(), loss);
    return best.step() == steps();
  }

  /** Optimiser steps taken. */
  public long steps() {
    return adam.steps();
  }

  /** Target tokens of all steps. */
  public long targetTokens() {
    return targetTokens;
  }

  /** What the last step said. */
  public Last last() {
    return last;
  }

  /** The best validation so far. */
  public Best best() {
    return best;
  }

  /** The trained weights; the live array. */
  public float[] values() {
    return values;
  }

  AdamW adam() {
    return adam;
  }
}
