package org.radllama.lineage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something read or written.
 *
 * @param place a qualified path, such as {@code hdfs://host:8020/runs/reports}
 * @param version its digest
 * @param files how many files it has
 * @param bytes of all its files
 * @param rows its reports, where they are counted
 * @param columns name to type, empty where nobody says them
 * @param counts as the manifest has them, of what a run made
 */
public record LineageDataset(
    URI place,
    String version,
    long files,
    long bytes,
    OptionalLong rows,
    Map<String, String> columns,
    Optional<ObjectNode> counts) {

  /**
   * By OpenLineage's rules for names: {@code file}, {@code hdfs://host:port}, {@code s3://bucket}.
   */
  String namespace() {
    if (isLocal()) {
      return "file";
    }
    String scheme = isS3() ? "s3" : place.getScheme();
    String authority = place.getAuthority() == null ? "" : place.getAuthority();
    // A key with its secret; the user alone of abfss is the container.
    return scheme + "://" + authority.replaceFirst("^[^@]*:[^@]*@", "");
  }

  /** The path, on object stores without a slash in front. */
  String name() {
    String path = place.getPath();
    boolean bucket = isS3() || "gs".equals(place.getScheme());
    return bucket && path.length() > 1 ? path.substring(1) : path;
  }

  private boolean isLocal() {
    return place.getScheme() == null || place.getScheme().equals("file");
  }

  private boolean isS3() {
    return place.getScheme() != null && place.getScheme().matches("s3[an]?");
  }
}
