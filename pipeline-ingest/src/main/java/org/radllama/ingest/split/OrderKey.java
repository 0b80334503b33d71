package org.radllama.ingest.split;

import java.io.Serializable;
import org.radllama.ingest.read.NaturalOrder;

/**
 * Where a report stands inside its split: by source, then by the split file's order where that
 * lists it, else by id with numbers as numbers. Survivors of deduplication are chosen by the same
 * order.
 *
 * @param source the corpus
 * @param position the place in the split file, {@link #UNLISTED} behind all that are listed
 * @param id the report's id
 */
public record OrderKey(String source, int position, String id)
    implements Comparable<OrderKey>, Serializable {
  /** The position of reports that no list names. */
  public static final int UNLISTED = Integer.MAX_VALUE;

  @Override
  public int compareTo(OrderKey other) {
    int order = source.compareTo(other.source);
    if (order == 0) {
      order = Integer.compare(position, other.position);
    }
    return order != 0 ? order : NaturalOrder.INSTANCE.compare(id, other.id);
  }
}
