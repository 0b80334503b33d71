package org.radllama.train.export;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * The run's figures in Spark's own metrics system, so that whatever sink is configured there serves
 * them: with {@code PrometheusServlet} as {@code metrics_APP_driver_radllama_loss_Value}.
 */
public final class TrainingSource implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();
  private volatile StepMetrics last;

  private TrainingSource(long steps) {
    gauge("step", 0, StepMetrics::step);
    gauge("steps", 0, m -> steps);
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
    SparkEnv.get().metricsSystem().registerSource(source);
    return source;
  }

  private void gauge(String name, double before, ToDoubleFunction<StepMetrics> value) {
    registry.register(
        name, (Gauge<Double>) () -> last == null ? before : value.applyAsDouble(last));
  }

  /** Takes the newest step. */
  public void update(StepMetrics newest) {
    last = newest;
  }

  @Override
  public String sourceName() {
    return "radllama";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    SparkEnv env = SparkEnv.get();
    if (env != null) {
      env.metricsSystem().removeSource(this);
    }
  }
}
