package org.radllama.ingest.store;

import java.util.List;
import java.util.Set;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Member;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.split.OrderKey;

/**
 * What the driver knows of a report that was read and placed: no text.
 *
 * @param order its id and its place in the stated order
 * @param patient its patient within the source
 * @param split its split
 * @param origin where it came from; earlier records have smaller values
 * @param label what the corpus's indexing says
 * @param findingsWords words of the findings between white space
 * @param impressionWords words of the impression
 * @param background the background sections that it has
 * @param edits what was done to it
 * @param identifiers what the scan for identifiers found in it
 * @param findings names the findings
 * @param impression names the impression
 * @param place where the record waits
 */
public record ReportEntry(
    OrderKey order,
    String patient,
    Split split,
    long origin,
    Label label,
    int findingsWords,
    int impressionWords,
    Set<BackgroundSection> background,
    Edits edits,
    List<Found> identifiers,
    Fingerprint findings,
    Fingerprint impression,
    Place place) {

  /**
   * Where a record waits.
   *
   * @param partition of the store
   * @param row in the partition, from 0
   */
  public record Place(int partition, int row) {}

  /** The report as deduplication sees it. */
  public Member member() {
    return new Member(order, split, findings);
  }

  Rejection reject(Reason reason, String detail) {
    return new Rejection(order.id(), order.source(), origin, reason, detail, edits.version());
  }
}
