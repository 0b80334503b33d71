package org.radllama.train.cluster;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once that no step has ended for long, and that the training goes on when one does. */
public final class StallWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StallWatch.class);

  /** How often it looks, in parts of the time after which it speaks. */
  private static final int LOOKS = 10;

  private final Duration after;
  private final LongSupplier nanos;
  private final ScheduledExecutorService clock;
  private Optional<ScheduledFuture<?>> looking = Optional.empty();
  private long step;
  private long ended;
  private boolean said;

  StallWatch(Duration after, long step, LongSupplier nanos) {
    this.after = after;
    this.step = step;
    this.nanos = nanos;
    this.ended = nanos.getAsLong();
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            new BasicThreadFactory.Builder().namingPattern("stall-watch").daemon(true).build());
  }

  /**
   * Begins to watch.
   *
   * @param after how long no step may end; zero to watch nothing
   * @param step steps taken so far
   */
  public static StallWatch start(Duration after, long step) {
    StallWatch watch = new StallWatch(after, step, System::nanoTime);
    if (!after.isZero()) {
      long every = Math.max(1, after.toMillis() / LOOKS);
      watch.looking =
          Optional.of(
              watch.clock.scheduleAtFixedRate(watch::look, every, every, TimeUnit.MILLISECONDS));
    }
    return watch;
  }

  /** A step has ended. */
  public synchronized void ended(long newest) {
    if (said) {
      LOG.info("step {} has ended: the training goes on", newest);
    }
    step = newest;
    ended = nanos.getAsLong();
    said = false;
  }

  synchronized void look() {
    if (!said && nanos.getAsLong() - ended >= after.toNanos()) {
      said = true;
      LOG.warn(
          "no step has ended for {} s, since step {}: the training may hang (cluster.stall-after); see Spark's executors and the step's job",
          (nanos.getAsLong() - ended) / 1_000_000_000L,
          step);
    }
  }

  @Override
  public void close() {
    looking.ifPresent(l -> l.cancel(false));
    clock.shutdownNow();
  }
}
