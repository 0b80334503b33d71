package org.radllama.ingest.dedup;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import org.apache.spark.HashPartitioner;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.split.PlacedReport;
import scala.Tuple2;

/** Brings equal findings together on Spark and lets {@link GroupPass} decide. */
public final class Deduplication {
  private Deduplication() {}

  /** The group first, then held-out before train, then the stated order. */
  private record Key(Fingerprint group, boolean train, OrderKey order)
      implements Comparable<Key>, Serializable {
    @Override
    public int compareTo(Key other) {
      int c = group.compareTo(other.group);
      if (c == 0) {
        c = Boolean.compare(train, other.train);
      }
      return c != 0 ? c : order.compareTo(other.order);
    }
  }

  private static final class KeyOrder implements Comparator<Key>, Serializable {
    @Override
    public int compare(Key a, Key b) {
      return a.compareTo(b);
    }
  }

  /** Groups go to partitions whole. */
  private static final class ByGroup extends Partitioner {
    private final HashPartitioner hash;

    ByGroup(int partitions) {
      this.hash = new HashPartitioner(partitions);
    }

    @Override
    public int numPartitions() {
      return hash.numPartitions();
    }

    @Override
    public int getPartition(Object key) {
      return hash.getPartition(((Key) key).group());
    }
  }

  /**
   * The verdicts on all reports. Each group is sorted by Spark's shuffle, spilling to disk where it
   * must, and read as a stream: the work is linear in the reports, however many are the same.
   *
   * @param partitions of the shuffle; changes nothing in the result
   */
  public static JavaRDD<Verdict> run(
      JavaRDD<PlacedReport> reports, DedupPolicy policy, int partitions) {
    return reports
        .mapToPair(
            report -> {
              Fingerprint group = Fingerprint.of(report.report().findings());
              return new Tuple2<>(new Key(group, !report.heldOut(), report.order()), report);
            })
        .repartitionAndSortWithinPartitions(new ByGroup(partitions), new KeyOrder())
        .mapPartitions(sorted -> new GroupPass(members(sorted), policy));
  }

  private static Iterator<GroupPass.Member> members(Iterator<Tuple2<Key, PlacedReport>> sorted) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return sorted.hasNext();
      }

      @Override
      public GroupPass.Member next() {
        Tuple2<Key, PlacedReport> next = sorted.next();
        return new GroupPass.Member(next._1().group(), next._2());
      }
    };
  }
}
