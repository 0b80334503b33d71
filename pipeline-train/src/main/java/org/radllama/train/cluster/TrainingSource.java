package org.radllama.train.cluster;

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
  private volatile Figures figures = Figures.none();

  /**
   * What is told.
   *
   * @param step optimiser steps taken
   * @param steps optimiser steps of the whole run
   * @param epoch passes over the train split
   * @param loss mean over the step's target tokens, in nats
   * @param learningRate the step's
   * @param tokensPerSecond over the step's whole wall time
   * @param communicationShare of the step's wall time
   */
  public record Figures(
      long step,
      long steps,
      double epoch,
      double loss,
      double learningRate,
      double tokensPerSecond,
      double communicationShare) {
    static Figures none() {
      return new Figures(0, 0, 0, Double.NaN, 0, 0, 0);
    }
  }

  private TrainingSource() {
    gauge("step", Figures::step);
    gauge("steps", Figures::steps);
    gauge("epoch", Figures::epoch);
    gauge("loss", Figures::loss);
    gauge("learning_rate", Figures::learningRate);
    gauge("tokens_per_second", Figures::tokensPerSecond);
    gauge("communication_share", Figures::communicationShare);
  }

  /** Registers with the metrics system of this JVM's Spark. */
  public static TrainingSource register() {
    TrainingSource source = new TrainingSource();
    SparkEnv.get().metricsSystem().registerSource(source);
    return source;
  }

  private void gauge(String name, ToDoubleFunction<Figures> value) {
    registry.register(name, (Gauge<Double>) () -> value.applyAsDouble(figures));
  }

  /** Takes new figures. */
  public void tell(Figures newest) {
    figures = newest;
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
