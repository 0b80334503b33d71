package org.radllama.ingest.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.Sketch;
import org.radllama.ingest.dedup.Member;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.split.SplitCheck;

/**
 * All records of a run without their texts.
 *
 * @param entries the reports, each id once, in the stated order
 * @param rejections the rejected records, those included that repeat an earlier record's id
 * @param sketches of the entries' findings
 */
public record ReportIndex(
    List<ReportEntry> entries, List<Rejection> rejections, Collection<Sketch> sketches) {

  /**
   * Puts the slices together. Of records with one id the first stays.
   *
   * @throws org.radllama.failure.BadInputException when a patient is in more than one split
   */
  static ReportIndex of(List<Slice> slices) {
    List<Rejection> rejections = new ArrayList<>();
    Map<Fingerprint, Sketch> sketches = new HashMap<>();
    Map<String, ReportEntry> byId = new HashMap<>();
    SplitCheck patients = new SplitCheck();
    for (Slice slice : slices) {
      rejections.addAll(slice.rejections());
      slice.sketches().forEach(sketch -> sketches.put(sketch.text(), sketch));
      for (ReportEntry entry : slice.entries()) {
        patients.add(entry.order().source() + "/" + entry.patient(), entry.split());
        ReportEntry before = byId.putIfAbsent(entry.order().id(), entry);
        if (before != null) {
          boolean first = before.origin() <= entry.origin();
          byId.put(entry.order().id(), first ? before : entry);
          rejections.add(
              (first ? entry : before).reject(Reason.DUPLICATE_ID, "not the first of this id"));
        }
      }
    }
    patients.requireOneSplitEach("the split given (--split-file, reports.split)");
    List<ReportEntry> entries = new ArrayList<>(byId.values());
    entries.sort(Comparator.comparing(ReportEntry::order));
    return new ReportIndex(entries, rejections, sketches.values());
  }

  /** The reports as deduplication sees them, in the stated order. */
  public List<Member> members() {
    return entries.stream().map(ReportEntry::member).toList();
  }
}
