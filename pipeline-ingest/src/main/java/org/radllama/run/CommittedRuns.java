package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.store.ConfirmedWrites;
import org.radllama.store.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs on an object store, which renames nothing in one step: an attempt writes in {@code
 * OUT/RUN_ID/ATTEMPT}, a prefix of its own, and the run is published when {@code
 * OUT/RUN_ID/_COMMITTED.json} names it. That marker is created once, after everything else, and
 * never changed. Before it is there, no attempt is removed, since its owner may yet publish it,
 * whatever happened to the lease; afterwards all others may go.
 */
final class CommittedRuns implements RunStore {
  static final String LEASE = "_LEASE.json";

  private static final Logger LOG = LoggerFactory.getLogger(CommittedRuns.class);

  private final FileSystem fs;
  private final ObjectStore store;
  private final Path root;
  private final Ownership.Pause pause;

  /**
   * Runs below a folder.
   *
   * @param pause between looks at another's lease
   */
  CommittedRuns(FileSystem fs, ObjectStore store, Path root, Ownership.Pause pause) {
    this.fs = fs;
    this.store = store;
    this.root = root;
    this.pause = pause;
  }

  @Override
  public FileSystem fileSystem() {
    return fs;
  }

  private Path run(String runId) {
    return new Path(root, runId);
  }

  @Override
  public Optional<Path> published(RunIdentity identity) throws IOException {
    Path run = run(identity.runId());
    Optional<Marker> marker = Marker.read(store, run);
    if (marker.isEmpty()) {
      if (store.read(new Path(run, PublishedFiles.SUCCESS)).isPresent()) {
        // Made elsewhere and copied here.
        throw new Wholeness(fs, run, run).noRun();
      }
      return Optional.empty();
    }
    Path files = new Path(run, marker.get().attempt());
    Wholeness whole = new Wholeness(fs, run, files);
    whole.requireSame(identity, manifest(whole, marker.get()));
    whole.requireLengths(marker.get().bytes());
    return Optional.of(files);
  }

  private JsonNode manifest(Wholeness whole, Marker marker) throws IOException {
    Optional<byte[]> bytes =
        store
            .read(new Path(whole.files(), PublishedFiles.MANIFEST))
            .map(ObjectStore.Stored::body)
            .filter(body -> Digests.sha256(body).equals(marker.manifestSha256()));
    if (bytes.isEmpty()) {
      throw whole.damaged("its manifest.json is missing, or not the one that was published", null);
    }
    return Json.parse(bytes.get());
  }

  @Override
  public Ownership own(String runId, Duration stale) throws IOException {
    Probe.require(fs, store, root);
    return ObjectLease.take(store, new Path(run(runId), LEASE), stale, pause);
  }

  @Override
  public Path attempt(String runId, String owner) {
    return new Path(run(runId), owner);
  }

  @Override
  public List<Path> unfinished(String runId) throws IOException {
    List<Path> attempts = new ArrayList<>();
    for (FileStatus child : children(runId)) {
      String name = child.getPath().getName();
      if (child.isDirectory() && name.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")) {
        attempts.add(child.getPath());
      } else if (!name.equals(LEASE) && !name.equals(Marker.FILE)) {
        throw new Wholeness(fs, run(runId), run(runId)).noRun();
      }
    }
    attempts.sort(null);
    return attempts;
  }

  private FileStatus[] children(String runId) throws IOException {
    try {
      return fs.listStatus(run(runId));
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** Nothing: a store has no directories. */
  @Override
  public void begin(Path attempt) {}

  /** It stays where it is: what its owner still writes there is seen by nobody. */
  @Override
  public Path setAside(Path unfinished, Path attempt, int number) {
    return unfinished;
  }

  /** File by file, so that what was copied in part before is whole again. */
  @Override
  public void adopt(Path kept, Path here) throws IOException {
    Map<String, Long> present = FileLengths.below(fs, here);
    for (Map.Entry<String, Long> file : FileLengths.below(fs, kept).entrySet()) {
      if (present.getOrDefault(file.getKey(), -1L) < file.getValue()) {
        try (InputStream in = fs.open(new Path(kept, file.getKey()));
            OutputStream out = Durable.create(fs, new Path(here, file.getKey()), 1 << 16)) {
          in.transferTo(out);
        }
      }
    }
  }

  /** Not yet: its owner may still publish it. */
  @Override
  public void discard(Path aside) {}

  @Override
  public boolean seal(Path attempt) {
    return true;
  }

  @Override
  public Path publish(String runId, Path attempt, Publication.Described described)
      throws IOException {
    Marker marker = new Marker(attempt.getName(), described.manifestSha256(), described.bytes());
    Path place = new Path(run(runId), Marker.FILE);
    if (new ConfirmedWrites(store).create(place, marker.body()).isEmpty()) {
      throw JobFailure.taken(run(runId).toUri().getPath() + " exists already");
    }
    sweep(runId, attempt);
    return attempt;
  }

  @Override
  public void sweep(String runId, Path published) {
    try {
      for (Path attempt : unfinished(runId)) {
        if (!attempt.getName().equals(published.getName())) {
          LOG.warn("{}: removing the rest of an unfinished attempt", runId);
          fs.delete(attempt, true);
        }
      }
    } catch (IOException | JobFailure e) {
      // The run is published all the same.
      LOG.warn("{}: unfinished attempts stay: {}", runId, e.getClass().getName());
    }
  }

  @Override
  public void abandon(String runId, Path attempt, boolean described) throws IOException {
    Optional<Marker> marker = Marker.read(store, run(runId));
    if (marker.isPresent() && !marker.get().attempt().equals(attempt.getName())) {
      fs.delete(attempt, true);
    }
  }
}
