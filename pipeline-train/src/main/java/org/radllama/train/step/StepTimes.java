package org.radllama.train.step;

import java.io.Serializable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the time of one gradient went.
 *
 * @param seconds wall time on the driver, from the vector to the sum
 * @param busiestSeconds how long the executor that computed longest was computing anything
 */
public record StepTimes(double seconds, double busiestSeconds) {

  /** One task's work on its executor, by that executor's own clock. */
  record Work(String executor, long startNanos, long endNanos) implements Serializable {}

  static StepTimes of(double seconds, Collection<Work> works) {
    Map<String, List<Work>> byExecutor =
        works.stream().collect(Collectors.groupingBy(Work::executor));
    long busiest = byExecutor.values().stream().mapToLong(StepTimes::busy).max().orElse(0);
    return new StepTimes(seconds, busiest / 1e9);
  }

  /** The length of the union of intervals. */
  private static long busy(List<Work> works) {
    long busy = 0;
    long until = Long.MIN_VALUE;
    for (Work w : works.stream().sorted(Comparator.comparingLong(Work::startNanos)).toList()) {
      busy += Math.max(0, w.endNanos - Math.max(until, w.startNanos));
      until = Math.max(until, w.endNanos);
    }
    return busy;
  }

  /**
   * The share of the wall time in which not even the busiest executor was computing: the vector's
   * transfer, scheduling, the gradients' transfer, their sum.
   */
  public double communicationShare() {
    return seconds <= 0 ? 0 : Math.min(1, Math.max(0, 1 - busiestSeconds / seconds));
  }
}
