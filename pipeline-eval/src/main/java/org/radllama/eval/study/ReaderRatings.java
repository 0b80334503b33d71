package org.radllama.eval.study;

import static org.radllama.text.Format.format;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one reader said.
 *
 * @param items by blinded id, each item of the form at most once
 * @param best the ticked items by blinded id of the report; reports without a preference are not
 *     there
 */
record ReaderRatings(Map<String, Judgement> items, Map<String, Set<String>> best) {
  static final ReaderRatings NONE = new ReaderRatings(Map.of(), Map.of());

  ReaderRatings {
    items = new TreeMap<>(items);
    best = new TreeMap<>(best);
  }

  /**
   * What is said of one item.
   *
   * @param ratings 1 to 5, by the order of {@link Dimension}; 0 where missing
   * @param comment may quote the report
   */
  record Judgement(List<Integer> ratings, String comment) {
    static final Judgement NONE =
        new Judgement(Collections.nCopies(Dimension.values().length, 0), "");

    Judgement {
      ratings = List.copyOf(ratings);
    }

    @Override
    public String toString() {
      return "Judgement" + ratings;
    }
  }

  Judgement of(String item) {
    return items.getOrDefault(item, Judgement.NONE);
  }

  /** The ticked items of a report; none where there is no preference. */
  Set<String> best(String report) {
    return best.getOrDefault(report, Set.of());
  }

  /** Ids of items and reports of which two files say different things. */
  Set<String> conflicts(ReaderRatings other) {
    Set<String> conflicts = new TreeSet<>();
    for (ReaderRatings one : List.of(this, other)) {
      conflicts.addAll(one.items.keySet());
      conflicts.addAll(one.best.keySet());
    }
    conflicts.removeIf(id -> of(id).equals(other.of(id)) && best(id).equals(other.best(id)));
    return conflicts;
  }

  @Override
  public String toString() {
    return format("ReaderRatings[%d items, %d preferences]", items.size(), best.size());
  }
}
