package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** The frame of every job: its run is opened, worked in, published and closed. */
public final class Run {
  private Run() {}

  /** What a job does in its run's directory. */
  @FunctionalInterface
  public interface Work<T> {
    /** Writes all outputs. */
    Result<T> in(RunDirectory run) throws IOException;
  }

  /**
   * What work comes to.
   *
   * @param manifest merged into the manifest's top level; {@code counts} belongs there
   * @param value what the job continues with once this is published
   */
  public record Result<T>(ObjectNode manifest, T value) {}

  /**
   * A run that is published.
   *
   * @param directory what it is called, here and as another job's input
   * @param files where its files are, below that on an object store
   * @param value of the work; empty when this run was finished before, so that nothing was done
   */
  public record Published<T>(Path directory, Path files, Optional<T> value) {
    /** The directory without the file system's name, as people and other jobs are shown it. */
    public String shown() {
      return directory.toUri().getPath();
    }

    /** Likewise, something in it. */
    public String shown(String child) {
      return new Path(directory, child).toUri().getPath();
    }
  }

  /**
   * Works in a new run's directory and publishes it, unless the same run is published already.
   *
   * @throws JobFailure exit 2 for a bad run-id or missing {@code --out}, 3 for an unreadable input,
   *     4 when another process writes the run-id now or took it over meanwhile, 7 when it was made
   *     from other inputs or settings or the place is taken
   */
  public static <T> Published<T> publish(JobContext context, RunRequest request, Work<T> work)
      throws IOException {
    if (context.sparkConf().get("spark.submit.deployMode", "client").equals("cluster")) {
      // A lease may be watched, and inputs hashed, for longer than YARN waits for a session.
      context.startSpark();
    }
    RunLineage lineage =
        new RunLineage(context.sparkConf(), System.getenv(), request, context.hadoop());
    Published<T> run;
    try {
      run =
          publish(
              context.hadoop(),
              context.console(),
              request,
              lineage.telling(work),
              Optional.of(context::spark));
    } catch (IOException | RuntimeException | Error e) {
      lineage.failed(e);
      throw e;
    }
    lineage.published(run);
    return run;
  }

  static <T> Published<T> publish(
      Configuration hadoop, Console console, RunRequest request, Work<T> work) throws IOException {
    return publish(hadoop, console, request, work, Optional.empty());
  }

  private static <T> Published<T> publish(
      Configuration hadoop,
      Console console,
      RunRequest request,
      Work<T> work,
      Optional<Supplier<SparkSession>> session)
      throws IOException {
    if (request.out() == null) {
      throw JobFailure.usage("--out DIR is missing");
    }
    return publish(RunStore.of(request.out(), hadoop), hadoop, console, request, work, session);
  }

  static <T> Published<T> publish(
      RunStore store,
      Configuration hadoop,
      Console console,
      RunRequest request,
      Work<T> work,
      Optional<Supplier<SparkSession>> session)
      throws IOException {
    RunIdentity identity = RunIdentity.of(request, hadoop, session);
    Path directory = new Path(request.out(), identity.runId());
    Optional<Path> before = store.published(identity);
    if (before.isEmpty()) {
      try (RunDirectory run = RunDirectory.open(store, request, identity)) {
        // Once more, now that nobody else can publish: the one before may have finished just now.
        before = store.published(identity);
        if (before.isEmpty()) {
          run.prepare();
          T value = done(run, work);
          return new Published<>(directory, run.published(), Optional.of(value));
        }
      }
    }
    store.sweep(identity.runId(), before.get());
    Published<T> done = new Published<>(directory, before.get(), Optional.empty());
    console.line("already done, same inputs and settings: " + done.shown());
    return done;
  }

  private static <T> T done(RunDirectory run, Work<T> work) throws IOException {
    try {
      Result<T> result = work.in(run);
      run.publish(result.manifest());
      return result.value();
    } catch (IOException | RuntimeException e) {
      Optional<JobFailure> replaced = run.replaced(e);
      if (replaced.isPresent()) {
        throw replaced.get();
      }
      throw e;
    }
  }
}
