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
import org.radllama.ingest.record.Version;
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
   * One of the records of an id.
   *
   * @param refused why it was rejected; null for one that was not
   */
  private record Candidate(Version version, long origin, Reason refused) {
    static Candidate of(ReportEntry entry) {
      return new Candidate(entry.edits().version(), entry.origin(), null);
    }

    static Candidate of(Rejection rejection) {
      return new Candidate(rejection.version(), rejection.origin(), rejection.reason());
    }

    boolean counts(Candidate other) {
      return version.counts(origin, other.version, other.origin);
    }

    Candidate better(Candidate other) {
      return counts(other) ? this : other;
    }

    /** The rejection of another one that does not count beside this. */
    Rejection replaces(ReportEntry other) {
      if (version.equals(Version.NONE) && other.edits().version().equals(Version.NONE)) {
        return other.reject(Reason.DUPLICATE_ID, "not the first of this id");
      }
      String counts = "the version that counts is " + version.status().label();
      return refused == null || refused == Reason.WITHDRAWN
          ? other.reject(Reason.SUPERSEDED, counts)
          : other.reject(
              Reason.VERSION_REJECTED, counts + ", and was rejected: " + refused.label());
    }
  }

  /**
   * Puts the slices together. Of records with one id the one that counts stays, see {@link
   * Version}; none where that one was rejected.
   *
   * @throws org.radllama.failure.BadInputException when a patient is in more than one split
   */
  static ReportIndex of(List<Slice> slices) {
    List<Rejection> rejections = new ArrayList<>();
    Map<Fingerprint, Sketch> sketches = new HashMap<>();
    Map<String, ReportEntry> byId = new HashMap<>();
    SplitCheck patients = new SplitCheck();
    Map<String, Candidate> refused = new HashMap<>();
    for (Slice slice : slices) {
      rejections.addAll(slice.rejections());
      slice.rejections().stream()
          .filter(r -> !r.version().equals(Version.NONE))
          .forEach(r -> refused.merge(r.id(), Candidate.of(r), Candidate::better));
    }
    for (Slice slice : slices) {
      slice.sketches().forEach(sketch -> sketches.put(sketch.text(), sketch));
      for (ReportEntry entry : slice.entries()) {
        patients.add(entry.order().source() + "/" + entry.patient(), entry.split());
        Candidate version = Candidate.of(entry);
        Candidate instead = refused.get(entry.order().id());
        if (instead != null && instead.counts(version)) {
          rejections.add(instead.replaces(entry));
          continue;
        }
        ReportEntry before = byId.putIfAbsent(entry.order().id(), entry);
        if (before != null && Candidate.of(before).counts(version)) {
          rejections.add(Candidate.of(before).replaces(entry));
        } else if (before != null) {
          byId.put(entry.order().id(), entry);
          rejections.add(version.replaces(before));
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
