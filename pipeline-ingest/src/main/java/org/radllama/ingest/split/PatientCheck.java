package org.radllama.ingest.split;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.radllama.dataset.Split;
import org.radllama.run.JobFailure;

/** Checks that every patient is in one split. */
public final class PatientCheck {
  private final Map<String, Split> splits = new HashMap<>();
  private final TreeMap<String, Collection<String>> crossing = new TreeMap<>();

  /** Notes that a patient's report is in a split. */
  public void add(String source, String patient, Split split) {
    String name = source + "/" + patient;
    Split first = splits.putIfAbsent(name, split);
    if (first != null && first != split) {
      Collection<String> labels = crossing.computeIfAbsent(name, key -> new TreeSet<>());
      labels.add(first.label());
      labels.add(split.label());
    }
  }

  /**
   * Ends the check.
   *
   * @throws JobFailure exit 3, naming patients and their splits
   */
  public void requireOneSplitEach() {
    if (!crossing.isEmpty()) {
      throw SplitTable.crossing("the split given (--split-file, reports.split)", crossing);
    }
  }
}
