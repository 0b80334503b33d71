package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.hadoop.util.VersionInfo;

/** Versions that a manifest records. */
final class Versions {
  private Versions() {}

  static ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    String own = Versions.class.getPackage().getImplementationVersion();
    node.put("radllama", own == null ? "development" : own);
    node.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    node.put("hadoop", VersionInfo.getVersion());
    node.put("java", Runtime.version().feature());
    return node;
  }
}
