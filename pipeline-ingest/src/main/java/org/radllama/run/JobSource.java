package org.radllama.run;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * A running job's figures in Spark's own metrics system, so that whatever sink is configured there
 * serves them: with {@code PrometheusServlet} as {@code metrics_APP_driver_radllama_NAME_Value}.
 */
public class JobSource implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();

  /** Adds a figure, which is asked for whenever a sink reports it. */
  public final void gauge(String name, Supplier<? extends Number> value) {
    registry.register(name, (Gauge<Number>) value::get);
  }

  /** Registers with the metrics system of this JVM's Spark, until this is closed. */
  public final void register() {
    SparkEnv.get().metricsSystem().registerSource(this);
  }

  @Override
  public final String sourceName() {
    return "radllama";
  }

  @Override
  public final MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public final void close() {
    SparkEnv env = SparkEnv.get();
    if (env != null) {
      env.metricsSystem().removeSource(this);
    }
  }
}
