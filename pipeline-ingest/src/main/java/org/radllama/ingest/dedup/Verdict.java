package org.radllama.ingest.dedup;

import java.util.Locale;
import org.radllama.dataset.Split;
import org.radllama.ingest.split.OrderKey;

/** What deduplication says of a report: that it stays in its split, or is removed from train. */
public sealed interface Verdict {

  /** The report stays. */
  enum Kept implements Verdict {
    KEPT
  }

  /** Why a report of train was removed. */
  enum Kind {
    /** Its normalised findings equal those of its survivor. */
    EXACT,
    /** Its findings are in the cluster of its survivor. */
    NEAR,
    /** Its findings equal or are near those of a held-out report. */
    LEAKED;

    /** The name in {@code duplicates.jsonl}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The report is removed from train.
   *
   * @param report the report removed
   * @param survivor the id that stays in the dataset in its stead
   * @param kind why
   * @param jaccard similarity to the survivor, 1 for equal findings; in a cluster it can be below
   *     the threshold, since neighbours of neighbours belong together
   * @param cluster the id of the cluster's first report, over all splits
   */
  record Duplicate(OrderKey report, String survivor, Kind kind, double jaccard, String cluster)
      implements Verdict {}

  /**
   * A held-out report whose findings are in train as it was read. One row a held-out report, naming
   * train's most similar one, of those the first; the held-out report itself stays.
   *
   * @param heldOut the held-out report
   * @param split its split
   * @param train the report of train
   * @param exact whether their normalised findings are equal
   * @param jaccard similarity, 1 for equal findings
   */
  record Leak(OrderKey heldOut, Split split, OrderKey train, boolean exact, double jaccard) {
    /** {@code exact} or {@code near}. */
    public String kind() {
      return (exact ? Kind.EXACT : Kind.NEAR).label();
    }
  }
}
