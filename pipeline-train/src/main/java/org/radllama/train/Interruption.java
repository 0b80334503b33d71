package org.radllama.train;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.util.ShutdownHookManager;
import org.radllama.run.Console;
import org.radllama.run.JobFailure;
import org.radllama.train.engine.Engines;
import org.radllama.train.resume.Checkpoints;
import org.radllama.train.resume.Ownership;
import org.radllama.train.resume.TrainingState;

/**
 * What happens when the process is asked to end (Ctrl-C, SIGTERM): the last whole step, with its
 * validation and its line of metrics, is written as a checkpoint before Spark and the file systems
 * shut down, which they do at lower priorities.
 */
final class Interruption implements AutoCloseable {
  private static final int BEFORE_SPARK = 100;

  /** Most that a validation under way is waited for; Kubernetes gives a pod 30 s. */
  private static final int PATIENCE_SECONDS = 20;

  /** Hadoop interrupts a hook after 30 s; a large checkpoint takes longer to write. */
  private static final int HOOK_MINUTES = 30;

  private final Ownership ownership;
  private final TrainingState state;
  private final Checkpoints checkpoints;
  private final Console console;
  private final Runnable hook = this::ended;
  private final ReentrantLock whole = new ReentrantLock();
  private volatile boolean begun;

  Interruption(Ownership ownership, TrainingState state, Checkpoints checkpoints, Console console) {
    this.ownership = ownership;
    this.state = state;
    this.checkpoints = checkpoints;
    this.console = console;
    ShutdownHookManager.get().addShutdownHook(hook, BEFORE_SPARK, HOOK_MINUTES, TimeUnit.MINUTES);
  }

  private void ended() {
    begun = true;
    keep();
    // In local mode tasks compute in this process; native code must not outlive its libraries.
    Engines.closeAll();
  }

  /** From here until {@link #release} the state is incomplete and is not saved. */
  void hold() {
    whole.lock();
  }

  /** The step, its validation and its metrics are done. */
  void release() {
    whole.unlock();
  }

  private void keep() {
    try {
      if (!whole.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        console.line(
            "interrupted during a validation or a checkpoint; --resume continues from the last checkpoint, if there is one");
        return;
      }
      ownership.require();
      checkpoints.keep(state);
      console.line(
          format(
              "interrupted after step %d, which is saved; --resume continues from there",
              state.steps()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | JobFailure e) {
      console.line("interrupted, and no checkpoint could be written: " + e.getClass().getName());
    }
  }

  /** Holds the loop while the process ends, so that it neither goes on nor reports a defect. */
  void awaitEnd() {
    if (begun) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    if (!begun) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
  }
}
