package org.radllama.train.cluster;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;

/** Which of Spark's protections are off; token ids of reports travel with tasks. */
public final class Protections {
  private Protections() {}

  /** One line for the start of a run. */
  public static String line(SparkConf conf) {
    List<String> off = off(conf);
    return off.isEmpty()
        ? "Spark security: every setting is on"
        : "Spark security settings that are off: " + String.join(", ", off);
  }

  static List<String> off(SparkConf conf) {
    List<String> off = new ArrayList<>();
    if (!ClusterSettings.inOneProcess(conf)) {
      if (!on(conf, "spark.authenticate")) {
        off.add("authentication of executors (spark.authenticate)");
      }
      if (!on(conf, "spark.network.crypto.enabled")
          && !on(conf, "spark.authenticate.enableSaslEncryption")) {
        off.add("encryption between processes (spark.network.crypto.enabled)");
      }
    }
    if (!on(conf, "spark.io.encryption.enabled")) {
      off.add("encryption of blocks on disk (spark.io.encryption.enabled)");
    }
    boolean page = conf.getBoolean("spark.ui.enabled", true);
    if (page && !on(conf, "spark.acls.enable") && !conf.contains("spark.ui.filters")) {
      off.add("access control of the web interface (spark.acls.enable)");
    }
    return off;
  }

  private static boolean on(SparkConf conf, String key) {
    return conf.getBoolean(key, false);
  }
}
