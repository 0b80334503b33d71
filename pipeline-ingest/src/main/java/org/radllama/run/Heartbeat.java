package org.radllama.run;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Something that is done again and again while a lease is held. */
final class Heartbeat {
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
          });
  private final ScheduledFuture<?> beating;

  /** Beats four times in the stale time. */
  Heartbeat(Runnable beat, Duration stale) {
    long every = Math.max(1, stale.toMillis() / 4);
    beating = heart.scheduleAtFixedRate(beat, every, every, TimeUnit.MILLISECONDS);
  }

  void stop() {
    beating.cancel(false);
    heart.shutdownNow();
  }
}
