package org.radllama.ingest.publish;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** How often each constant was seen. */
final class EnumCounts<E extends Enum<E>> implements Serializable {
  private final EnumMap<E, Long> counts;

  EnumCounts(Class<E> type) {
    counts = new EnumMap<>(type);
  }

  void add(E constant) {
    counts.merge(constant, 1L, Long::sum);
  }

  void addAll(EnumCounts<E> other) {
    for (Map.Entry<E, Long> entry : other.counts.entrySet()) {
      counts.merge(entry.getKey(), entry.getValue(), Long::sum);
    }
  }

  long of(E constant) {
    return counts.getOrDefault(constant, 0L);
  }

  long sum() {
    return counts.values().stream().mapToLong(n -> n).sum();
  }
}
