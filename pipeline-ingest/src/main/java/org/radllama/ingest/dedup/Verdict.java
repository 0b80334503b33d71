package org.radllama.ingest.dedup;

import java.io.Serializable;
import java.util.Locale;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.split.PlacedReport;

/**
 * What deduplication says: of every report whether it stays, and of held-out reports what leaks.
 */
public sealed interface Verdict extends Serializable {

  /** The report stays in its split. */
  record Kept(PlacedReport report) implements Verdict {}

  /** Why a report of train was removed. */
  enum Kind {
    /** Its normalised findings equal those of an earlier report of train. */
    EXACT,
    /** Its findings are nearly those of another report of train. */
    NEAR,
    /** Its findings are those of a held-out report. */
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
   * @param jaccard similarity to the survivor, 1 for equal findings
   * @param cluster the id of the group's first report, over all splits
   */
  record Duplicate(OrderKey report, String survivor, Kind kind, double jaccard, String cluster)
      implements Verdict {}

  /**
   * A held-out report whose findings are in train. One row a held-out report and group, naming
   * train's first; the held-out report itself is also {@link Kept}.
   *
   * @param heldOut the held-out report
   * @param split its split
   * @param train the report of train
   * @param jaccard similarity, 1 for equal findings
   */
  record Leak(OrderKey heldOut, Split split, OrderKey train, double jaccard) implements Verdict {}
}
