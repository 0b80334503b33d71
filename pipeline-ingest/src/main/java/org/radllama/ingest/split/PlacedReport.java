package org.radllama.ingest.split;

import java.io.Serializable;
import java.util.List;
import org.radllama.dataset.Split;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.ingest.record.Report;

/**
 * A report in its split.
 *
 * @param report the report
 * @param split its split
 * @param position its place in the split file, or {@link OrderKey#UNLISTED}
 * @param identifiers what the scan for identifiers found in it
 */
public record PlacedReport(Report report, Split split, int position, List<Found> identifiers)
    implements Serializable {
  /** A report that was not looked through. */
  public PlacedReport(Report report, Split split, int position) {
    this(report, split, position, List.of());
  }

  /** The same place for the report as the privacy settings want it. */
  public PlacedReport screened(PrivacyPolicy policy) {
    PrivacyPolicy.Screened screened = policy.screen(report);
    return new PlacedReport(screened.report(), split, position, screened.found());
  }

  /** Where it stands inside its split. */
  public OrderKey order() {
    return new OrderKey(report.source(), position, report.id());
  }

  /** Whether it is kept from training: validation or test. */
  public boolean heldOut() {
    return split != Split.TRAIN;
  }
}
