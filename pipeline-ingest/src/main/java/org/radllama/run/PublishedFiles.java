package org.radllama.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a published run that every job writes, and what its files are to a job that reads
 * it.
 */
public final class PublishedFiles {
  /** What a run was made from and came to. */
  public static final String MANIFEST = "manifest.json";

  /** The mark of a run that is whole. */
  public static final String SUCCESS = "_SUCCESS";

  /** How long it took, and where and how. */
  static final String TIMINGS = "timings.json";

  private PublishedFiles() {}

  /**
   * Of a published run, the files that decide what it is: its manifest and what that lists; the
   * others, such as {@code timings.json}, differ when the same run is made again. All files of
   * anything else.
   */
  static List<Digests.Entry> deciding(FileSystem fs, Path root, List<Digests.Entry> listing)
      throws IOException {
    Path manifest = new Path(root, MANIFEST);
    if (!fs.exists(new Path(root, SUCCESS)) || !fs.exists(manifest)) {
      return listing;
    }
    byte[] bytes;
    try (InputStream in = fs.open(manifest)) {
      bytes = in.readAllBytes();
    }
    JsonNode outputs = parsed(bytes).path("outputs");
    if (!outputs.isObject()) {
      return listing;
    }
    return listing.stream()
        .filter(e -> outputs.has(e.path()) || e.path().equals(SUCCESS) || e.path().equals(MANIFEST))
        .map(e -> e.path().equals(MANIFEST) ? manifest(bytes) : e)
        .toList();
  }

  /**
   * A manifest as it decides: without the commit of the code, so that any build makes the same run.
   */
  public static Digests.Entry manifest(byte[] bytes) {
    byte[] deciding = bytes;
    if (parsed(bytes).path("versions") instanceof ObjectNode versions
        && versions.has(Versions.COMMIT)) {
      ObjectNode without = (ObjectNode) parsed(bytes);
      ((ObjectNode) without.path("versions")).remove(Versions.COMMIT);
      deciding = Json.text(without).getBytes(StandardCharsets.UTF_8);
    }
    return new Digests.Entry(MANIFEST, deciding.length, Digests.sha256(deciding));
  }

  private static JsonNode parsed(byte[] manifest) {
    try {
      return Json.parse(manifest);
    } catch (JsonProcessingException e) {
      return Json.mapper().missingNode();
    }
  }
}
