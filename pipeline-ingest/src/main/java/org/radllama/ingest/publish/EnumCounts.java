package org.radllama.ingest.publish;

import java.util.EnumMap;

/** How often each constant was seen. */
final class EnumCounts<E extends Enum<E>> {
  private final EnumMap<E, Long> counts;

  EnumCounts(Class<E> type) {
    counts = new EnumMap<>(type);
  }

  void add(E constant) {
    counts.merge(constant, 1L, Long::sum);
  }

  long of(E constant) {
    return counts.getOrDefault(constant, 0L);
  }

  long sum() {
    return counts.values().stream().mapToLong(n -> n).sum();
  }
}
