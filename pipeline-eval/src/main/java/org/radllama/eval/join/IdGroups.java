package org.radllama.eval.join;

import org.apache.spark.Partitioner;
import org.radllama.random.CounterRandom;

/**
 * Deals ids into {@link #GROUPS} groups by a hash, and groups in runs to partitions: which group an
 * id is in depends on nothing else.
 */
public final class IdGroups extends Partitioner {
  /** How many groups there are. */
  public static final int GROUPS = 2048;

  private final int partitions;

  /**
   * Deals to partitions.
   *
   * @param partitions 1 to {@link #GROUPS}
   */
  IdGroups(int partitions) {
    this.partitions = partitions;
  }

  /** An id's group, below {@link #GROUPS}. */
  public static int group(String id) {
    long hash = 0xCBF29CE484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001B3L;
    }
    return (int) (CounterRandom.mix(hash) >>> 53);
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return (int) ((long) group(((RowKey) key).id()) * partitions / GROUPS);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdGroups groups && groups.partitions == partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
