package org.radllama.train.export;

import java.util.function.ToDoubleFunction;
import org.radllama.run.JobSource;

/** A training's figures for Spark's metrics system. */
public final class TrainingSource extends JobSource {
  private volatile StepMetrics last;
  private volatile long ended = System.nanoTime();

  private TrainingSource(long steps) {
    gauge("steps", () -> (double) steps);
    gauge("seconds_since_step", () -> (System.nanoTime() - ended) / 1e9);
    gauge("step", 0, StepMetrics::step);
    gauge("epoch", 0, StepMetrics::epoch);
    gauge("loss", Double.NaN, StepMetrics::loss);
    gauge("learning_rate", 0, StepMetrics::learningRate);
    gauge("tokens_per_second", 0, StepMetrics::tokensPerSecond);
    gauge("communication_share", 0, StepMetrics::communicationShare);
  }

  /**
   * Registers with the metrics system of this JVM's Spark.
   *
   * @param steps optimiser steps of the whole run
   */
  public static TrainingSource register(long steps) {
    TrainingSource source = new TrainingSource(steps);
    source.register();
    return source;
  }

  private void gauge(String name, double before, ToDoubleFunction<StepMetrics> value) {
    gauge(name, () -> last == null ? before : value.applyAsDouble(last));
  }

  /** Takes the newest step. */
  public void update(StepMetrics newest) {
    last = newest;
    ended = System.nanoTime();
  }
}
