package org.radllama.train.step;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.CollectionAccumulator;
import org.radllama.train.cluster.ClusterSettings;
import org.radllama.train.cluster.Gpus;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSpec;
import org.radllama.train.engine.Engines;
import org.radllama.train.engine.LoraEngine;

/** The engine of the JVM that a task runs in, on the GPU that Spark gave to the task. */
final class ExecutorEngine {
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  private ExecutorEngine() {}

  /**
   * An engine that became ready.
   *
   * @param executor Spark's name of the executor
   * @param device its GPU's index, or {@link EngineProvider#ANY_DEVICE}
   */
  record Ready(String executor, String host, int device, double seconds) implements Serializable {
    String line() {
      return format(
          "executor %s on %s%s: engine ready in %.1f s",
          executor, host, device == EngineProvider.ANY_DEVICE ? "" : ", GPU " + device, seconds);
    }
  }

  /**
   * The engine, opened by the first task that asks for it.
   *
   * @param run tells runs of one JVM apart
   */
  static LoraEngine open(
      EngineSpec spec, Configuration hadoop, String run, CollectionAccumulator<Ready> ready) {
    long start = System.nanoTime();
    int device = Gpus.ofTask();
    EngineSpec here = spec.at(ClusterSettings.shipped(spec.baseModel()));
    LoraEngine engine = Engines.shared(here, hadoop, device);
    if (REPORTED.add(run + " " + device)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      ready.add(new Ready(SparkEnv.get().executorId(), host(), device, seconds));
    }
    return engine;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}
