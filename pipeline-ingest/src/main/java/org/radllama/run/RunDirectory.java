package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory a run works in, which is its own as long as it holds the lease. */
public final class RunDirectory implements AutoCloseable {
  static final String IDENTITY = "_identity.json";

  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /** Priority of the hook that gives the lease back: above Spark's 50 and Hadoop's 10. */
  private static final int BEFORE_FILE_SYSTEMS = 60;

  private final FileSystem fs;
  private final RunRequest request;
  private final RunIdentity identity;
  private final Path work;
  private final Lease lease;
  private final StageTimes times = new StageTimes();
  private final Runnable onShutdown = this::releaseLease;

  private RunDirectory(FileSystem fs, RunRequest request, RunIdentity identity, Lease lease) {
    this.fs = fs;
    this.request = request;
    this.identity = identity;
    this.work = new Path(request.out(), "_work/" + identity.runId());
    this.lease = lease;
  }

  /**
   * Takes a run-id.
   *
   * @throws JobFailure exit 4 when it is being written
   */
  static RunDirectory open(FileSystem fs, RunRequest request, RunIdentity identity)
      throws IOException {
    fs.mkdirs(new Path(request.out(), "_work"));
    Path file = new Path(request.out(), "_work/" + identity.runId() + ".lease");
    Lease lease = Lease.take(fs, file, request.settings().staleAfter());
    RunDirectory run = new RunDirectory(fs, request, identity, lease);
    ShutdownHookManager.get().addShutdownHook(run.onShutdown, BEFORE_FILE_SYSTEMS);
    return run;
  }

  /**
   * Makes the work directory, or removes from it what an unfinished attempt left and this one does
   * not go on from.
   *
   * @throws JobFailure exit 7 when that would lose work of a run of other inputs or settings
   */
  void prepare() throws IOException {
    if (fs.exists(work)) {
      Optional<String> different = begunOtherwise();
      List<Path> children = Arrays.stream(fs.listStatus(work)).map(FileStatus::getPath).toList();
      if (different.isPresent()) {
        requireNothingToKeep(children, different.get());
      }
      for (Path child : children) {
        boolean kept = request.keep().contains(child.getName()) || child.getName().equals(IDENTITY);
        if (different.isPresent() || !kept) {
          LOG.warn("{}: {} of an unfinished attempt is removed", runId(), child.getName());
          fs.delete(child, true);
        }
      }
    }
    fs.mkdirs(work);
    // Never written anew while it is right: a kill just then would leave half of it.
    if (!fs.exists(path(IDENTITY))) {
      Json.write(fs, path(IDENTITY), identity.json());
    }
  }

  /** How the run that began the work directory differs, by its identity or, later, its manifest. */
  private Optional<String> begunOtherwise() {
    for (String file : List.of(IDENTITY, PublishedFiles.MANIFEST)) {
      try {
        JsonNode begun = fs.exists(path(file)) ? Json.read(fs, path(file)) : null;
        if (begun != null) {
          return identity.different(begun);
        }
      } catch (IOException e) {
        LOG.warn("{} of {} is damaged: {}", file, runId(), e.getClass().getName());
      }
    }
    return Optional.of("its record is missing or damaged");
  }

  /** A log alone may go; hours of work in a directory may not. */
  private void requireNothingToKeep(List<Path> children, String difference) throws IOException {
    for (Path child : children) {
      if (request.keep().contains(child.getName()) && fs.getFileStatus(child).isDirectory()) {
        throw JobFailure.taken(
            "%s belongs to a run that was started from other inputs or settings (%s): choose another --run-id, or leave out --resume to start over"
                .formatted(child.toUri().getPath(), difference));
      }
    }
  }

  /** The run's name. */
  public String runId() {
    return identity.runId();
  }

  /** The file system of all paths here. */
  public FileSystem fileSystem() {
    return fs;
  }

  /** The work directory. */
  public Path directory() {
    return work;
  }

  /** A path in the work directory, published under the same name. */
  public Path path(String child) {
    return new Path(work, child);
  }

  /** Writes a text file in the work directory. */
  public void write(String child, String text) throws IOException {
    TextFiles.write(fs, path(child), text);
  }

  /** Ends the stage before and begins the next, for {@code timings.json} and the log. */
  public void stage(String name) {
    times.begin(name);
    LOG.info("{}: {}", runId(), name);
  }

  /**
   * Ends a run that was taken for dead and replaced, before it writes into its successor's work.
   * Costs nothing while the heartbeat is regular, so it may be asked before every write.
   *
   * @throws JobFailure exit 4
   */
  public void requireOwned() throws IOException {
    require(lease.held());
  }

  private void require(boolean owned) {
    if (!owned) {
      throw JobFailure.busy(
          "the lease was lost while working; another run owns %s (run.stale-after)"
              .formatted(runId()));
    }
  }

  /**
   * The manifest as far as it is known before the work: job, the settings that decide (secrets
   * redacted), inputs with their digests, run-id, versions.
   */
  public ObjectNode origin() {
    ObjectNode manifest = identity.json();
    manifest.put("run_id", runId());
    manifest.set("versions", Versions.json());
    return manifest;
  }

  /**
   * Describes the outputs and renames the directory to its published place.
   *
   * @param extra merged into the manifest's top level
   * @throws JobFailure exit 4 when the lease was lost, 7 when the place is taken
   */
  void publish(ObjectNode extra, Path published) throws IOException {
    times.end();
    Publication publication = new Publication(fs, work, request.unstable());
    ObjectNode manifest = origin().setAll(extra);
    // In the manifest alone: a page that names the commit would be another result of each build.
    manifest.withObject("/versions").put(Versions.COMMIT, Versions.build("commit"));
    publication.describe(manifest, times.json().setAll(identity.circumstances()));
    require(lease.owned());
    publication.moveTo(published);
    LOG.info("published {}", published.toUri().getPath());
  }

  private void releaseLease() {
    try {
      lease.close();
    } catch (IOException e) {
      LOG.warn("the lease of {} stays until it is stale: {}", runId(), e.getClass().getName());
    }
  }

  /** Gives the lease back. Unpublished work stays for the next run of this id. */
  @Override
  public void close() throws IOException {
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(onShutdown);
    }
    lease.close();
  }
}
