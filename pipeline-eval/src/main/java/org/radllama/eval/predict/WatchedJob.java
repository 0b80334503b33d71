package org.radllama.eval.predict;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.run.Progress;

/** Collects a distributed result while somebody watches. */
public final class WatchedJob {
  private static final long POLL_MILLIS = 100;

  private WatchedJob() {}

  /**
   * Collects in the order of the partitions.
   *
   * @param done how many units the finished tasks have counted, an accumulator's value
   */
  public static <T> List<T> collect(JavaRDD<T> rdd, LongSupplier done, Progress progress) {
    JavaFutureAction<List<T>> job = rdd.collectAsync();
    long seen = 0;
    try {
      while (!job.isDone()) {
        Thread.sleep(POLL_MILLIS);
        long now = done.getAsLong();
        progress.advance(now - seen);
        seen = now;
      }
      List<T> result = job.get();
      progress.advance(done.getAsLong() - seen);
      return result;
    } catch (InterruptedException e) {
      job.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("a Spark job failed", e.getCause());
    }
  }
}
