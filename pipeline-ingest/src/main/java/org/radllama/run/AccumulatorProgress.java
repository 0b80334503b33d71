package org.radllama.run;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.apache.spark.util.LongAccumulator;

/** Shows what Spark's tasks have counted so far. */
public final class AccumulatorProgress {
  private static final long EVERY_MILLIS = 250;

  private final LongAccumulator counted;
  private final Progress progress;
  private long shown;

  private AccumulatorProgress(LongAccumulator counted, Progress progress) {
    this.counted = counted;
    this.progress = progress;
  }

  /** Runs something and shows meanwhile what its tasks count. */
  public static <T> T watch(LongAccumulator counted, Progress progress, Supplier<T> work) {
    AccumulatorProgress watch = new AccumulatorProgress(counted, progress);
    ScheduledExecutorService clock =
        Executors.newSingleThreadScheduledExecutor(
            new BasicThreadFactory.Builder().namingPattern("progress").daemon(true).build());
    var ticking =
        clock.scheduleAtFixedRate(watch::show, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    try {
      return work.get();
    } finally {
      ticking.cancel(false);
      clock.shutdownNow();
      watch.show();
      progress.close();
    }
  }

  private synchronized void show() {
    long now = counted.value();
    progress.advance(now - shown);
    shown = now;
  }
}
