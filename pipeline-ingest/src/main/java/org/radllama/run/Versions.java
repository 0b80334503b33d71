package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.apache.hadoop.util.VersionInfo;

/** Versions that a manifest records. */
final class Versions {
  /** The commit that the code was built from. */
  static final String COMMIT = "radllama_commit";

  private Versions() {}

  /** What pages and manifests name. */
  static ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("radllama", build("version"));
    node.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    node.put("hadoop", VersionInfo.getVersion());
    node.put("java", Runtime.version().feature());
    return node;
  }

  /** The {@code version} or {@code commit} of the build. */
  static String build(String key) {
    Properties build = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read build.properties", e);
    }
    return build.getProperty(key);
  }
}
