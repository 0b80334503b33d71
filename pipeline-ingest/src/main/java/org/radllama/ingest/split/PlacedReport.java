package org.radllama.ingest.split;

import java.io.Serializable;
import org.radllama.dataset.Split;
import org.radllama.ingest.record.Report;

/**
 * A report in its split.
 *
 * @param report the report
 * @param split its split
 * @param position its place in the split file, or {@link OrderKey#UNLISTED}
 */
public record PlacedReport(Report report, Split split, int position) implements Serializable {
  /** Where it stands inside its split. */
  public OrderKey order() {
    return new OrderKey(report.source(), position, report.id());
  }

  /** Whether it is kept from training: validation or test. */
  public boolean heldOut() {
    return split != Split.TRAIN;
  }
}
