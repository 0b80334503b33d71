package org.radllama.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ConfirmedWrites;
import org.radllama.store.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a store keeps the conditions that runs are published by: some servers accept them and
 * write all the same. One that checks and writes in two steps goes unnoticed here.
 */
final class Probe {
  private static final Logger LOG = LoggerFactory.getLogger(Probe.class);

  /** Stores that were asked by this process. */
  private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();

  private Probe() {}

  /**
   * Tries both conditions on an object of its own, which is removed unless the store fails.
   *
   * @throws JobFailure exit 2 when one is not kept
   */
  static void require(FileSystem fs, ObjectStore store, Path root) throws IOException {
    if (KNOWN.contains(fs.getUri().toString())) {
      return;
    }
    Path object = new Path(root, "_work/probe-" + UUID.randomUUID());
    // A reply may be lost, and the client's second try refused.
    ConfirmedWrites confirmed = new ConfirmedWrites(store);
    Optional<String> ignored = ignored(store, confirmed, object);
    try {
      store.remove(object);
    } catch (IOException e) {
      LOG.warn("{} stays: {}", object, e.getClass().getSimpleName());
    }
    if (ignored.isPresent()) {
      throw refused(fs, ignored.get());
    }
    KNOWN.add(fs.getUri().toString());
  }

  /** The header of a condition that is not kept. */
  private static Optional<String> ignored(ObjectStore store, ConfirmedWrites confirmed, Path object)
      throws IOException {
    Optional<String> first = confirmed.create(object, body("first"));
    if (first.isEmpty() || store.create(object, body("again")).isPresent()) {
      return Optional.of("If-None-Match");
    }
    boolean kept =
        confirmed.replace(object, body("second"), first.get()).isPresent()
            && store.replace(object, body("stale"), first.get()).isEmpty();
    return kept ? Optional.empty() : Optional.of("If-Match");
  }

  private static byte[] body(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static JobFailure refused(FileSystem fs, String header) {
    return JobFailure.usage(
        "the store of %s does not keep %s when an object is written, so two runs could be published over each other: --out must be on Amazon S3 or a store that does (docs/object-stores.md), on HDFS or in a local or shared folder"
            .formatted(fs.getUri(), header));
  }
}
