package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory a run works in and publishes whole. */
public final class RunDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);
  private static final String IDENTITY = "_identity.json";

  /** Priority of the hook that gives the lease back: above Spark's 50 and Hadoop's 10. */
  private static final int BEFORE_FILE_SYSTEMS = 60;

  /** Settings that change no result. */
  private static final Set<String> HOW = Set.of("run", "cluster");

  /** The manifest's own files. */
  private static final Set<String> NOT_LISTED = Set.of(IDENTITY, "manifest.json");

  /** What may differ between two runs of the same inputs and settings. */
  private static final Set<String> NOT_STABLE =
      Set.of("timings.json", "metrics.jsonl", "training.html");

  private final RunRequest request;
  private final Configuration hadoop;
  private final FileSystem fs;
  private final String runId;
  private final Path work;
  private final Path published;
  private final ObjectNode identity;
  private final Lease lease;
  private final Runnable onShutdown = this::releaseLease;
  private final Instant start = Instant.now();
  private final Map<String, Double> stageSeconds = new TreeMap<>();
  private final List<String> stageOrder = new ArrayList<>();
  private long stageStarted = System.nanoTime();

  private RunDirectory(
      RunRequest request,
      Configuration hadoop,
      FileSystem fs,
      ObjectNode identity,
      Lease lease,
      String runId) {
    this.request = request;
    this.hadoop = hadoop;
    this.fs = fs;
    this.identity = identity;
    this.lease = lease;
    this.runId = runId;
    this.work = workPath(request.out(), runId);
    this.published = new Path(request.out(), runId);
  }

  /**
   * Takes a run-id.
   *
   * @return empty when this run is finished already: nothing is to be done
   * @throws JobFailure exit 2 for a bad run-id or missing {@code --out}, 3 for an unreadable input,
   *     4 when the run-id is being written or was written from other inputs or settings
   */
  public static Optional<RunDirectory> open(JobContext context, RunRequest request)
      throws IOException {
    if (request.out() == null) {
      throw JobFailure.usage("--out DIR is missing");
    }
    Configuration hadoop = context.hadoop();
    ObjectNode identity = identity(request, hadoop);
    String runId = request.runId().orElseGet(() -> derivedId(request.job(), identity));
    if (!runId.matches("[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")) {
      throw JobFailure.usage(
          "--run-id must be letters, digits and . _ + = - (at most 128, not beginning with a mark)");
    }
    FileSystem fs = new Path(request.out()).getFileSystem(hadoop);
    fs.setWriteChecksum(!"file".equals(fs.getScheme()));
    Path published = new Path(request.out(), runId);
    if (finished(fs, published, identity)) {
      context.console().line("already done, same inputs and settings: " + shown(published));
      return Optional.empty();
    }
    fs.mkdirs(new Path(request.out(), "_work"));
    Duration stale = request.settings().config().getDuration("run.stale-after");
    Lease lease = Lease.take(fs, new Path(request.out(), "_work/" + runId + ".lease"), stale);
    RunDirectory run = new RunDirectory(request, hadoop, fs, identity, lease, runId);
    ShutdownHookManager.get().addShutdownHook(run.onShutdown, BEFORE_FILE_SYSTEMS);
    boolean ready = false;
    try {
      // Once more, now that nobody else can publish: the one before may have finished just now.
      if (finished(fs, published, identity)) {
        return Optional.empty();
      }
      run.prepare();
      ready = true;
      return Optional.of(run);
    } finally {
      if (!ready) {
        run.close();
      }
    }
  }

  /** Where a run is, or will be, published. */
  public static Path publishedPath(JobContext context, RunRequest request) throws IOException {
    Optional<String> runId = request.runId();
    return new Path(
        request.out(),
        runId.isPresent()
            ? runId.get()
            : derivedId(request.job(), identity(request, context.hadoop())));
  }

  private static String derivedId(String job, ObjectNode identity) {
    ObjectNode what = identity.deepCopy();
    ((ObjectNode) what.path("configuration")).remove(HOW);
    return job + "-" + Digests.sha256(Json.text(what)).substring(0, 12);
  }

  private static Path workPath(String out, String runId) {
    return new Path(out, "_work/" + runId);
  }

  private static ObjectNode identity(RunRequest request, Configuration hadoop) throws IOException {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("job", request.job());
    node.set("configuration", request.settings().toJson());
    ArrayNode inputs = node.putArray("inputs");
    for (RunInput input : request.inputs()) {
      inputs.add(digested(input, hadoop));
    }
    return node;
  }

  private static ObjectNode digested(RunInput input, Configuration hadoop) throws IOException {
    Path path = new Path(input.path());
    FileSystem fs = path.getFileSystem(hadoop);
    if (!fs.exists(path)) {
      throw JobFailure.input(
          "%s: no such file or directory: %s".formatted(input.name(), input.path()));
    }
    List<Digests.Entry> listing =
        input.read().isPresent() ? input.read().get() : Digests.listing(fs, path, input.sparing());
    if (input.read().isEmpty() && fs.exists(new Path(path, "_SUCCESS"))) {
      // A published run: the same when made again, but for how long it took.
      listing = listing.stream().filter(e -> decides(e.path())).toList();
    }
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("name", input.name());
    node.put("files", listing.size());
    node.put("bytes", listing.stream().mapToLong(Digests.Entry::bytes).sum());
    node.put("sha256", Digests.ofListing(listing));
    return node;
  }

  /**
   * Whether a file of a published run decides what the run is to a job that reads it; the others
   * say how long it took.
   */
  public static boolean decides(String path) {
    return !NOT_STABLE.contains(path);
  }

  private static boolean finished(FileSystem fs, Path published, ObjectNode identity)
      throws IOException {
    if (!fs.exists(published)) {
      return false;
    }
    JsonNode manifest =
        fs.exists(new Path(published, "_SUCCESS"))
            ? Json.read(fs, new Path(published, "manifest.json"))
            : Json.mapper().createObjectNode();
    Optional<String> other = different(identity, manifest);
    if (other.isPresent()) {
      throw JobFailure.conflict(
          "%s was written from other %s: choose another --run-id"
              .formatted(shown(published), other.get().equals("job") ? "jobs" : other.get()));
    }
    return true;
  }

  private void prepare() throws IOException {
    boolean same = begunAlike();
    if (fs.exists(work)) {
      List<Path> children = Arrays.stream(fs.listStatus(work)).map(FileStatus::getPath).toList();
      if (!same) {
        requireNothingToKeep(children);
      }
      for (Path child : children) {
        boolean kept = request.keep().contains(child.getName()) || child.getName().equals(IDENTITY);
        if (!(same && kept)) {
          LOG.warn("{}: {} of an unfinished attempt is removed", runId, child.getName());
          fs.delete(child, true);
        }
      }
    }
    fs.mkdirs(work);
    // Never written anew while it is right: a kill just then would leave half of it.
    if (!fs.exists(path(IDENTITY))) {
      Json.write(fs, path(IDENTITY), identity);
    }
  }

  /** What the work directory was begun from: its identity, or its manifest if it was as far. */
  private boolean begunAlike() {
    for (String file : List.of(IDENTITY, "manifest.json")) {
      try {
        JsonNode begun = fs.exists(path(file)) ? Json.read(fs, path(file)) : null;
        if (begun != null) {
          return different(identity, begun).isEmpty();
        }
      } catch (IOException e) {
        LOG.warn("{} of {} is damaged: {}", file, runId, e.getClass().getName());
      }
    }
    return false;
  }

  /** A log alone may go; hours of work in a directory may not. */
  private void requireNothingToKeep(List<Path> children) throws IOException {
    for (Path child : children) {
      if (request.keep().contains(child.getName()) && fs.getFileStatus(child).isDirectory()) {
        throw JobFailure.conflict(
            "%s is of a run that was begun from other inputs or configuration: choose another --run-id, or leave out --resume to begin anew"
                .formatted(shown(child)));
      }
    }
  }

  private static Optional<String> different(JsonNode identity, JsonNode other) {
    return Stream.of("job", "configuration", "inputs")
        .filter(key -> !decisive(identity.path(key)).equals(decisive(other.path(key))))
        .findFirst();
  }

  /** Without the settings that say how and where, not what. */
  private static String decisive(JsonNode part) {
    return part instanceof ObjectNode settings
        ? settings.deepCopy().without(HOW).toString()
        : part.toString();
  }

  /** The run's name. */
  public String runId() {
    return runId;
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

  /** Ends the stage before and begins the next, for {@code timings.json} and the log. */
  public void stage(String name) {
    endStage();
    stageOrder.add(name);
    LOG.info("{}: {}", runId, name);
  }

  private void endStage() {
    long now = System.nanoTime();
    if (!stageOrder.isEmpty()) {
      stageSeconds.merge(
          stageOrder.get(stageOrder.size() - 1), (now - stageStarted) / 1e9, Double::sum);
    }
    stageStarted = now;
  }

  /**
   * Hashes the outputs, writes {@code manifest.json}, {@code timings.json} and {@code _SUCCESS},
   * and renames the directory to its published place.
   *
   * @param extra merged into the manifest's top level; {@code counts} belongs there
   * @return the published directory
   * @throws JobFailure exit 4 when the lease was lost or the place is taken
   */
  public Path publish(ObjectNode extra) throws IOException {
    endStage();
    Json.write(fs, path("manifest.json"), manifest(extra));
    fs.delete(path(IDENTITY), false);
    Json.write(fs, path("timings.json"), timings());
    fs.create(path("_SUCCESS"), true).close();
    if (!lease.owned()) {
      throw lost();
    }
    try {
      Renaming.rename(fs, hadoop, work, published, Options.Rename.NONE);
    } catch (FileAlreadyExistsException e) {
      throw new JobFailure(ExitCode.CONFLICT, shown(published) + " exists already", e);
    }
    LOG.info("published {}", shown(published));
    return published;
  }

  /**
   * Ends a run that was taken for dead and replaced, before it writes into its successor's work.
   * Costs nothing while the heartbeat is regular, so it may be asked before every write.
   *
   * @throws JobFailure exit 4
   */
  public void requireOwned() throws IOException {
    if (!lease.held()) {
      throw lost();
    }
  }

  private JobFailure lost() {
    return JobFailure.conflict(
        "the lease was lost while working; another run owns %s (run.stale-after)".formatted(runId));
  }

  /**
   * The manifest as far as it is known before the work: job, configuration (secrets redacted),
   * inputs with their digests, run-id, versions.
   */
  public ObjectNode origin() {
    ObjectNode manifest = identity.deepCopy();
    manifest.put("run_id", runId);
    manifest.set("versions", Versions.json());
    return manifest;
  }

  private ObjectNode manifest(ObjectNode extra) throws IOException {
    ObjectNode manifest = origin();
    manifest.setAll(extra);
    ObjectNode outputs = manifest.putObject("outputs");
    for (Digests.Entry entry : Digests.listing(fs, work)) {
      if (!NOT_STABLE.contains(entry.path()) && !NOT_LISTED.contains(entry.path())) {
        outputs.putObject(entry.path()).put("bytes", entry.bytes()).put("sha256", entry.sha256());
      }
    }
    return manifest;
  }

  private ObjectNode timings() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("start", start.toString());
    node.put("end", Instant.now().toString());
    ObjectNode stages = node.putObject("stages_seconds");
    stageOrder.stream().distinct().forEach(s -> stages.put(s, stageSeconds.getOrDefault(s, 0.0)));
    return node;
  }

  private static String shown(Path path) {
    return path.toUri().getPath();
  }

  private void releaseLease() {
    try {
      lease.close();
    } catch (IOException e) {
      LOG.warn("the lease of {} stays until it is stale: {}", runId, e.getClass().getName());
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
