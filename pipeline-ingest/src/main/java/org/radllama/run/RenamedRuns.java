package org.radllama.run;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs on a file system that renames a directory in one step: an attempt works in {@code
 * OUT/_work/RUN_ID/OWNER}, owned by the lease file {@code OUT/_work/RUN_ID.lease}, and becomes
 * {@code OUT/RUN_ID}.
 */
final class RenamedRuns implements RunStore {
  private static final Logger LOG = LoggerFactory.getLogger(RenamedRuns.class);

  private final FileSystem fs;
  private final Path root;

  RenamedRuns(FileSystem fs, Path root) {
    this.fs = fs;
    this.root = root;
  }

  @Override
  public FileSystem fileSystem() {
    return fs;
  }

  @Override
  public Optional<Path> published(RunIdentity identity) throws IOException {
    Path place = new Path(root, identity.runId());
    if (!fs.exists(place)) {
      return Optional.empty();
    }
    Wholeness whole = new Wholeness(fs, place, place);
    if (!fs.exists(new Path(place, PublishedFiles.SUCCESS))) {
      throw whole.noRun();
    }
    JsonNode manifest = whole.manifest();
    whole.requireSame(identity, manifest);
    whole.requireLengths(Wholeness.listed(manifest));
    return Optional.of(place);
  }

  private Path all(String runId) {
    return new Path(root, "_work/" + runId);
  }

  @Override
  public Ownership own(String runId, Duration stale) throws IOException {
    fs.mkdirs(new Path(root, "_work"));
    return Lease.take(fs, new Path(root, "_work/" + runId + ".lease"), stale);
  }

  @Override
  public Path attempt(String runId, String owner) {
    return new Path(all(runId), owner);
  }

  @Override
  public List<Path> unfinished(String runId) throws IOException {
    return children(all(runId));
  }

  private List<Path> children(Path directory) throws IOException {
    return fs.exists(directory)
        ? Arrays.stream(fs.listStatus(directory)).map(FileStatus::getPath).sorted().toList()
        : List.of();
  }

  @Override
  public void begin(Path attempt) throws IOException {
    fs.mkdirs(attempt);
    LocalFiles.restrict(fs, attempt);
    requireOneFileSystem(attempt);
  }

  /** Found out before the work is done, not after it. */
  private void requireOneFileSystem(Path attempt) throws IOException {
    if (LocalFiles.isLocal(fs)) {
      Path there = new Path(root, "_" + attempt.getName());
      Renaming.rename(fs, attempt, there);
      Renaming.rename(fs, there, attempt);
    }
  }

  /** Under another name, its owner can neither write to it nor publish it. */
  @Override
  public Path setAside(Path unfinished, Path attempt, int number) throws IOException {
    Path aside = new Path(unfinished.getParent(), format("_%s-%d", attempt.getName(), number));
    Renaming.rename(fs, unfinished, aside);
    return aside;
  }

  @Override
  public void adopt(Path kept, Path here) throws IOException {
    fs.mkdirs(here);
    for (Path child : children(kept)) {
      if (!fs.exists(new Path(here, child.getName()))) {
        Renaming.rename(fs, child, new Path(here, child.getName()));
      }
    }
  }

  @Override
  public void discard(Path aside) throws IOException {
    LOG.warn("{}: removing the rest of an unfinished attempt", aside.getParent().getName());
    fs.delete(aside, true);
  }

  /** Last of all: what is without identity and manifest is nobody's. */
  @Override
  public boolean seal(Path attempt) throws IOException {
    boolean own = fs.delete(new Path(attempt, RunDirectory.IDENTITY), false);
    Durable.syncEntries(fs, attempt);
    return own;
  }

  @Override
  public Path publish(String runId, Path attempt, Publication.Described described)
      throws IOException {
    Path published = new Path(root, runId);
    try {
      Renaming.rename(fs, attempt, published);
      Durable.syncEntries(fs, root);
    } catch (FileAlreadyExistsException e) {
      throw new JobFailure(ExitCode.TAKEN, published.toUri().getPath() + " exists already", e);
    }
    removeIfEmpty(runId);
    return published;
  }

  private void removeIfEmpty(String runId) throws IOException {
    if (children(all(runId)).isEmpty()) {
      fs.delete(all(runId), false);
    }
  }

  /** Nothing: the next owner of the run-id takes them aside before it works. */
  @Override
  public void sweep(String runId, Path published) {}

  /** Where it was moved aside, and is there again since something was written. */
  @Override
  public void abandon(String runId, Path attempt, boolean described) throws IOException {
    if (!described && fs.exists(attempt) && !fs.exists(new Path(attempt, RunDirectory.IDENTITY))) {
      fs.delete(attempt, true);
      removeIfEmpty(runId);
    }
  }
}
