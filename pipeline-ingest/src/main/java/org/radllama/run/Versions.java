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

  static ObjectNode json() {
    Properties build = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read build.properties", e);
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("radllama", build.getProperty("version"));
    node.put(COMMIT, build.getProperty("commit"));
    node.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    node.put("hadoop", VersionInfo.getVersion());
    node.put("java", Runtime.version().feature());
    return node;
  }
}
