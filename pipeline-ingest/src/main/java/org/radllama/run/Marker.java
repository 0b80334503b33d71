package org.radllama.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ObjectStore;

/**
 * {@code RUN/_COMMITTED.json}: that a run is published on an object store, and by which attempt.
 *
 * @param attempt the folder of its files
 * @param manifestSha256 of the bytes of its manifest
 * @param bytes lengths of all its files, by path
 */
record Marker(String attempt, String manifestSha256, Map<String, Long> bytes) {
  static final String FILE = "_COMMITTED.json";

  /** As bytes, which no other attempt has. */
  byte[] body() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("attempt", attempt);
    node.put("manifest_sha256", manifestSha256);
    ObjectNode files = node.putObject("bytes");
    bytes.forEach(files::put);
    return Json.text(node).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The marker of a run's folder; empty when there is none.
   *
   * @throws JobFailure exit 3 when it is damaged
   */
  static Optional<Marker> read(ObjectStore store, Path run) throws IOException {
    Optional<ObjectStore.Stored> stored = store.read(new Path(run, FILE));
    return stored.isEmpty() ? Optional.empty() : Optional.of(parsed(run, stored.get().body()));
  }

  private static Marker parsed(Path run, byte[] body) {
    try {
      JsonNode node = Json.parse(body);
      String attempt = node.path("attempt").asText();
      if (attempt.matches("[0-9a-f-]+")) {
        Map<String, Long> bytes = new LinkedHashMap<>();
        node.path("bytes")
            .properties()
            .forEach(file -> bytes.put(file.getKey(), file.getValue().asLong()));
        return new Marker(attempt, node.path("manifest_sha256").asText(), bytes);
      }
    } catch (JsonProcessingException e) {
      // Named below.
    }
    throw JobFailure.input("%s of the run %s is damaged".formatted(FILE, run.toUri().getPath()));
  }
}
