package org.radllama.ingest;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.util.LongAccumulator;
import org.radllama.run.Progress;

/** Shows what Spark's tasks have counted so far. */
final class AccumulatorProgress implements AutoCloseable {
  private static final long EVERY_MILLIS = 250;

  private final LongAccumulator counted;
  private final Progress progress;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private long shown;
  private ScheduledFuture<?> ticking;

  private AccumulatorProgress(LongAccumulator counted, Progress progress) {
    this.counted = counted;
    this.progress = progress;
  }

  static AccumulatorProgress watch(String label, LongAccumulator counted, long total, String unit) {
    AccumulatorProgress watch =
        new AccumulatorProgress(counted, Progress.start(label, total, unit));
    watch.ticking =
        watch.clock.scheduleAtFixedRate(
            watch::show, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    return watch;
  }

  private synchronized void show() {
    long now = counted.value();
    progress.advance(now - shown);
    shown = now;
  }

  @Override
  public void close() {
    ticking.cancel(false);
    clock.shutdownNow();
    show();
    progress.close();
  }
}
