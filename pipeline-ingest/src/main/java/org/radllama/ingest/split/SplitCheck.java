package org.radllama.ingest.split;

import static org.radllama.text.Format.format;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.read.ReportIds;

/** Checks that every patient, and every report, is in one split. */
public final class SplitCheck {
  /** Ids that an error names before it only counts the others. */
  private static final int NAMED = 10;

  private final Map<String, Split> splits = new HashMap<>();
  private final TreeMap<String, TreeSet<String>> crossing = new TreeMap<>();

  /** Notes that a patient's report is in a split. */
  public void add(String patient, Split split) {
    Split first = splits.putIfAbsent(patient, split);
    if (first != null) {
      compare(patient, first, split);
    }
  }

  /** Notes that a patient or report is in two splits, if they are two. */
  void compare(String id, Split first, Split split) {
    if (first != split) {
      TreeSet<String> labels = crossing.computeIfAbsent(id, key -> new TreeSet<>());
      labels.add(first.label());
      labels.add(split.label());
    }
  }

  /**
   * Ends the check.
   *
   * @param where what puts them into splits, for the message
   * @throws BadInputException naming ids and their splits
   */
  public void requireOneSplitEach(String where) {
    if (crossing.isEmpty()) {
      return;
    }
    String some =
        crossing.entrySet().stream()
            .limit(NAMED)
            .map(e -> shown(e.getKey()) + " (" + String.join(", ", e.getValue()) + ")")
            .collect(Collectors.joining(", "));
    String more = crossing.size() > NAMED ? format(" and %d more", crossing.size() - NAMED) : "";
    throw new BadInputException(
        "%s puts into more than one split: %s%s; a patient and all its reports belong to one",
        where, some, more);
  }

  /** An id for a message. In a file whose columns are mixed up, report text may stand for it. */
  private static String shown(String id) {
    return ReportIds.isValid(ReportIds.bare(id)) ? id : "an id of " + id.length() + " characters";
  }
}
