package org.radllama.eval;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunRequest;

/** The reader study's job: it packs or scores, and needs no Spark session for either. */
public final class Study {
  private Study() {}

  /** What either part does. */
  interface Part {
    /** What {@code --dry-run} prints; also finds what is wrong with the inputs. */
    String plan() throws IOException;

    /** Writes all files into the run's directory; its value prints what is published there. */
    Run.Result<Consumer<Run.Published<?>>> work(RunDirectory run) throws IOException;
  }

  /**
   * Runs to a published directory, or prints the plan.
   *
   * @return the directory; empty after a dry run and when the run was finished already
   * @throws JobFailure exit 3 for inputs that cannot be used, 4 or 7 for a run-id that is taken
   */
  public static Optional<String> run(JobContext context, StudyConfig config) throws IOException {
    Part part;
    if (config.task() instanceof StudyConfig.Pack pack) {
      part = new StudyPack(context, pack, config.settings());
    } else {
      part = new StudyScore(context, (StudyConfig.Score) config.task());
    }
    if (config.output().dryRun()) {
      context.console().result(part.plan());
      return Optional.empty();
    }
    RunRequest request =
        new RunRequest(
            config.task().job(),
            config.output().out(),
            config.output().runId(),
            config.settings(),
            config.task().inputs());
    Run.Published<Consumer<Run.Published<?>>> run = Run.publish(context, request, part::work);
    run.value().ifPresent(summary -> summary.accept(run));
    return run.value().map(summary -> run.shown());
  }
}
