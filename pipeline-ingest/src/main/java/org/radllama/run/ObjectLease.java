package org.radllama.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ConfirmedWrites;
import org.radllama.store.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One owner of a run-id at a time on an object store: an object {@code {owner, attempt, beat}},
 * created unless there is one, replaced with another beat by its owner as long as nobody else has
 * replaced it, taken over by one who watched it for the stale time on its own clock and saw no
 * other tag, and given back by writing that it is free. It saves work; what makes a run whole is
 * its marker, see {@link CommittedRuns}.
 */
final class ObjectLease implements Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectLease.class);

  private static final String ATTEMPT = "attempt";
  private static final String FREE = "free";

  private final ObjectStore store;
  private final ConfirmedWrites writes;
  private final Path file;
  private final Duration stale;
  private final String attempt = UUID.randomUUID().toString();
  private Heartbeat heartbeat;
  private long beats;
  private String tag;
  private volatile boolean lost;
  private volatile long lastBeat = System.nanoTime();

  private ObjectLease(ObjectStore store, Path file, Duration stale) {
    this.store = store;
    this.writes = new ConfirmedWrites(store);
    this.file = file;
    this.stale = stale;
  }

  /**
   * Takes the lease. Where somebody has it, this waits for a sign of life, for the stale time at
   * most.
   *
   * @throws JobFailure with exit 4 when somebody alive holds it
   */
  static ObjectLease take(ObjectStore store, Path file, Duration stale, Pause pause)
      throws IOException {
    ObjectLease lease = new ObjectLease(store, file, stale);
    Optional<String> created = lease.writes.create(file, lease.content(false));
    lease.tag = created.isPresent() ? created.get() : lease.takenOver(pause);
    lease.lastBeat = System.nanoTime();
    lease.heartbeat = new Heartbeat(lease::beat, stale);
    return lease;
  }

  private String takenOver(Pause pause) throws IOException {
    Optional<ObjectStore.Stored> seen = store.read(file);
    if (seen.isPresent() && !isFree(seen.get())) {
      seen = watched(seen.get(), pause);
    }
    // Gone where a person deleted it.
    Optional<String> taken =
        seen.isEmpty()
            ? writes.create(file, content(false))
            : writes.replace(file, content(false), seen.get().tag());
    return taken.orElseThrow(() -> JobFailure.busy("another run took over " + file));
  }

  /**
   * Returns when the owner gave the lease back, or no sign of life came for the stale time, the
   * owner's own where that is longer.
   *
   * @return what may be replaced
   */
  private Optional<ObjectStore.Stored> watched(ObjectStore.Stored seen, Pause pause)
      throws IOException {
    Duration owners = Duration.ofMillis(record(seen).path(Lease.STALE).asLong());
    Duration time = owners.compareTo(stale) > 0 ? owners : stale;
    LOG.warn(
        "{} exists: watching for up to {} s whether its owner is alive", file, time.toSeconds());
    for (int i = 0; i < Lease.LOOKS; i++) {
      pause.sleep(time.dividedBy(Lease.LOOKS));
      Optional<ObjectStore.Stored> now = store.read(file);
      if (now.isEmpty() || isFree(now.get())) {
        return now;
      }
      if (!now.get().tag().equals(seen.tag())) {
        throw JobFailure.busy(
            "this run-id is being written: the owner of %s is alive (run.stale-after)"
                .formatted(file));
      }
    }
    LOG.warn("taking over {}: its owner gave no sign of life for {} s", file, time.toSeconds());
    return Optional.of(seen);
  }

  /** A sign of life. */
  synchronized void beat() {
    if (lost) {
      return;
    }
    try {
      // As of before the request: whoever comes while this thread is held up is not overlooked.
      long now = System.nanoTime();
      Optional<String> written = writes.replace(file, content(false), tag);
      if (written.isPresent()) {
        tag = written.get();
        lastBeat = now;
      } else if (owned()) {
        lastBeat = now;
      } else {
        lost = true;
        LOG.error("the lease {} was taken over by another run", file);
      }
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it was: an executor forgets a task that throws, and the next beat may succeed.
      LOG.warn("no heartbeat on {}: {}", file, e.getClass().getName());
    }
  }

  @Override
  public String owner() {
    return attempt;
  }

  /** Also learns the tag of a beat of whose success no reply told. */
  @Override
  public synchronized boolean owned() throws IOException {
    Optional<ObjectStore.Stored> now = store.read(file).filter(this::isOwn);
    now.ifPresent(own -> tag = own.tag());
    if (now.isEmpty()) {
      lost = true;
    }
    return !lost;
  }

  @Override
  public boolean held() throws IOException {
    return !lost && (System.nanoTime() - lastBeat < stale.toNanos() / 2 || owned());
  }

  private boolean isOwn(ObjectStore.Stored stored) {
    return record(stored).path(ATTEMPT).asText().equals(attempt) && !isFree(stored);
  }

  private static boolean isFree(ObjectStore.Stored stored) {
    return record(stored).path(FREE).asBoolean();
  }

  private static JsonNode record(ObjectStore.Stored stored) {
    try {
      return Json.mapper().readTree(new String(stored.body(), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      return Json.mapper().missingNode();
    }
  }

  /** Another body each time. */
  private byte[] content(boolean free) {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("owner", Lease.host() + ":" + ProcessHandle.current().pid());
    node.put(ATTEMPT, attempt);
    node.put("beat", beats++);
    node.put(FREE, free);
    node.put(Lease.STALE, stale.toMillis());
    return Json.text(node).getBytes(StandardCharsets.UTF_8);
  }

  /** No more signs of life, as of a process that is stopped. */
  void stopBeating() {
    heartbeat.stop();
  }

  /** Never by a deletion, which stores do whatever the condition. */
  @Override
  public synchronized void close() throws IOException {
    stopBeating();
    if (!lost && writes.replace(file, content(true), tag).isEmpty() && owned()) {
      writes.replace(file, content(true), tag);
    }
  }
}
