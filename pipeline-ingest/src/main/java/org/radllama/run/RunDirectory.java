package org.radllama.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory a run works in: no two processes have the same one, so that none writes into
 * another's work, whatever it believes about its lease.
 */
public final class RunDirectory implements AutoCloseable {
  static final String IDENTITY = "_identity.json";

  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /** Priority of the hook that gives the lease back: above Spark's 50 and Hadoop's 10. */
  private static final int BEFORE_FILE_SYSTEMS = 60;

  private final RunStore store;
  private final FileSystem fs;
  private final RunRequest request;
  private final RunIdentity identity;
  private final Path work;
  private final Ownership lease;
  private final StageTimes times = new StageTimes();
  private final Runnable onShutdown = this::releaseLease;
  private boolean described;
  private Path published;

  private RunDirectory(RunStore store, RunRequest request, RunIdentity identity, Ownership lease) {
    this.store = store;
    this.fs = store.fileSystem();
    this.request = request;
    this.identity = identity;
    this.work = store.attempt(identity.runId(), lease.owner());
    this.lease = lease;
  }

  /**
   * Takes a run-id.
   *
   * @throws JobFailure exit 4 when it is being written
   */
  static RunDirectory open(RunStore store, RunRequest request, RunIdentity identity)
      throws IOException {
    Ownership lease = store.own(identity.runId(), request.settings().staleAfter());
    RunDirectory run = new RunDirectory(store, request, identity, lease);
    ShutdownHookManager.get().addShutdownHook(run.onShutdown, BEFORE_FILE_SYSTEMS);
    return run;
  }

  /**
   * Makes the work directory and takes over what this run continues from; the rest of what
   * unfinished attempts left is removed, where their owners cannot publish it.
   *
   * @throws JobFailure exit 7 when that would lose work of a run of other inputs or settings, 2
   *     when the directory cannot be published from here in one step
   */
  void prepare() throws IOException {
    List<Path> before = store.unfinished(runId());
    List<Optional<String>> different = new ArrayList<>();
    for (Path old : before) {
      different.add(begunOtherwise(old));
    }
    // Where one of them is ours, it was decided before to start over.
    if (different.stream().allMatch(Optional::isPresent)) {
      for (int i = 0; i < before.size(); i++) {
        requireNothingToKeep(before.get(i), different.get(i).get());
      }
    }
    store.begin(work);
    Json.write(fs, path(IDENTITY), identity.json());
    Durable.sync(fs, work);
    for (int i = 0; i < before.size(); i++) {
      Path aside = store.setAside(before.get(i), work, i);
      if (different.get(i).isEmpty()) {
        adopt(aside);
      }
      store.discard(aside);
    }
  }

  private List<Path> children(Path directory) throws IOException {
    return fs.exists(directory)
        ? Arrays.stream(fs.listStatus(directory)).map(FileStatus::getPath).sorted().toList()
        : List.of();
  }

  /**
   * Takes what is kept. A file may still be open in a process that does not know yet that it was
   * replaced, and is copied.
   */
  private void adopt(Path from) throws IOException {
    for (String name : request.keep()) {
      Path kept = new Path(from, name);
      Path here = path(name);
      if (fs.exists(kept) && fs.getFileStatus(kept).isFile()) {
        if (!fs.exists(here) || fs.getFileStatus(here).getLen() < fs.getFileStatus(kept).getLen()) {
          FileUtil.copy(fs, kept, fs, here, false, true, fs.getConf());
        }
      } else if (fs.exists(kept)) {
        store.adopt(kept, here);
      }
    }
  }

  /**
   * How the run that began a directory differs, by its identity or, later, its manifest. Without
   * either it is nobody's: an owner writes the first before anything else.
   */
  private Optional<String> begunOtherwise(Path old) throws IOException {
    for (String file : List.of(IDENTITY, PublishedFiles.MANIFEST)) {
      try {
        Path record = new Path(old, file);
        JsonNode begun = fs.exists(record) ? Json.read(fs, record) : null;
        if (begun != null && begun.isObject()) {
          return identity.different(begun);
        }
      } catch (JsonProcessingException e) {
        LOG.warn("{} of {} is damaged: {}", file, runId(), e.getClass().getName());
      }
    }
    return Optional.of("its record is missing or damaged");
  }

  /** A log alone may go, and what can be computed again; hours of work in a directory may not. */
  private void requireNothingToKeep(Path old, String difference) throws IOException {
    boolean recorded = false;
    for (String file : List.of(IDENTITY, PublishedFiles.MANIFEST)) {
      recorded |= fs.exists(new Path(old, file));
    }
    for (Path child : recorded ? children(old) : List.<Path>of()) {
      String name = child.getName();
      if (request.keep().contains(name)
          && !name.startsWith("_")
          && fs.getFileStatus(child).isDirectory()) {
        throw JobFailure.taken(
            "%s belongs to a run that was started from other inputs or settings (%s): choose another --run-id, or omit --resume to start over"
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
      throw lost(null);
    }
  }

  private JobFailure lost(Exception cause) {
    return new JobFailure(
        ExitCode.BUSY,
        "the lease was lost while working; another run owns %s (run.stale-after)"
            .formatted(runId()),
        cause);
  }

  /**
   * Why the work of an owner failed: where it was replaced meanwhile, and its directory moved
   * aside, because of that.
   *
   * @param failure what the work ended with
   * @return empty where the failure speaks for itself
   */
  Optional<JobFailure> replaced(Exception failure) {
    try {
      if (!ShutdownHookManager.get().isShutdownInProgress() && !lease.owned()) {
        return Optional.of(lost(failure));
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return Optional.empty();
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
   * Describes the outputs and makes the directory the published run.
   *
   * @param extra merged into the manifest's top level
   * @throws JobFailure exit 4 when the lease was lost, 7 when the place is taken
   */
  void publish(ObjectNode extra) throws IOException {
    times.end();
    ObjectNode manifest = origin().setAll(extra);
    // In the manifest alone: a page that names the commit would be another result of each build.
    manifest.withObject("/versions").put(Versions.COMMIT, Versions.build("commit"));
    Publication.Described files =
        new Publication(fs, work, request.unstable())
            .describe(manifest, times.json().setAll(identity.circumstances()));
    described = store.seal(work);
    require(lease.owned());
    published = store.publish(runId(), work, files);
    LOG.info("published {}", new Path(request.out(), runId()).toUri().getPath());
  }

  /** Where its files are, once it is published. */
  Path published() {
    return published;
  }

  private void releaseLease() {
    try {
      lease.close();
    } catch (IOException e) {
      LOG.warn("the lease of {} stays until it is stale: {}", runId(), e.getClass().getName());
    }
  }

  /**
   * Gives the lease back. Unpublished work stays for the next run of this id; what was written
   * after a successor had moved this directory aside is nobody's. A run that is published ends well
   * even if the lease cannot be given back.
   */
  @Override
  public void close() throws IOException {
    boolean ending = ShutdownHookManager.get().isShutdownInProgress();
    if (published != null) {
      if (!ending) {
        ShutdownHookManager.get().removeShutdownHook(onShutdown);
      }
      releaseLease();
      return;
    }
    try {
      if (!ending && !lease.owned()) {
        store.abandon(runId(), work, described);
      }
    } finally {
      if (!ending) {
        ShutdownHookManager.get().removeShutdownHook(onShutdown);
      }
      lease.close();
    }
  }
}
