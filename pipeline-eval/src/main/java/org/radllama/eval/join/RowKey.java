package org.radllama.eval.join;

import java.io.Serializable;
import java.util.Comparator;

/**
 * Where a row stands: by id, then source, then place in the source.
 *
 * @param id the report
 * @param source {@link #REPORT}, or the number of a source
 * @param position the row's place among those of its source
 */
record RowKey(String id, int source, long position) implements Comparable<RowKey>, Serializable {
  /** The source of reports; it comes before all others. */
  static final int REPORT = -1;

  private static final Comparator<RowKey> ORDER =
      Comparator.comparing(RowKey::id)
          .thenComparingInt(RowKey::source)
          .thenComparingLong(RowKey::position);

  @Override
  public int compareTo(RowKey other) {
    return ORDER.compare(this, other);
  }
}
