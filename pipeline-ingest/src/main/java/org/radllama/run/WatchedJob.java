package org.radllama.run;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Collects a distributed result while somebody watches. */
public final class WatchedJob {
  private static final long POLL_MILLIS = 100;
  private static final int REPORTS_A_TASK = 64;

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

  /**
   * Makes what works on the reports of one task, with memory of its own.
   *
   * @param <A> what is sent of a report
   * @param <B> what comes back
   */
  public interface Worker<A, B> extends Serializable {
    Function<A, B> start();
  }

  /** Works on reports on the executors; the results are in the order of the reports. */
  public static <A, B> List<B> map(
      JavaSparkContext spark, String label, List<A> reports, Worker<A, B> worker) {
    LongAccumulator done = spark.sc().longAccumulator(label);
    int tasks = Math.max(1, (reports.size() + REPORTS_A_TASK - 1) / REPORTS_A_TASK);
    try (Progress progress = Progress.start(label, reports.size(), "reports")) {
      return collect(
          spark
              .parallelize(reports, tasks)
              .mapPartitions(
                  part -> {
                    Function<A, B> work = worker.start();
                    List<B> made = new ArrayList<>();
                    part.forEachRemaining(report -> made.add(work.apply(report)));
                    done.add(made.size());
                    return made.iterator();
                  }),
          done::sum,
          progress);
    }
  }
}
