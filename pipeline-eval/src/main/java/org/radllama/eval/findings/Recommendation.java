package org.radllama.eval.findings;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** What a report advises. */
enum Recommendation {
  FOLLOW_UP,
  CT,
  MRI,
  ULTRASOUND,
  BIOPSY,
  CLINICAL;

  /** Words of advice; what is advised stands within {@link #FAR} words of them. */
  private static final Set<String> ADVICE =
      Set.of(
          "recommend",
          "recommends",
          "recommended",
          "recommendation",
          "recommendations",
          "advise",
          "advised",
          "advisable",
          "warrants",
          "warranted",
          "correlate",
          "correlation");

  /** Words that advise only what stands within {@link #NEAR} words of them. */
  private static final Set<String> PERHAPS =
      Set.of(
          "suggest",
          "suggested",
          "consider",
          "considered",
          "should",
          "needed",
          "obtain",
          "obtained",
          "helpful",
          "required",
          "indicated",
          "follow",
          "repeat");

  private static final int FAR = 10;

  private static final int NEAR = 3;

  private static final Map<String, Recommendation> WHAT =
      Map.ofEntries(
          Map.entry("ct", CT),
          Map.entry("tomography", CT),
          Map.entry("hrct", CT),
          Map.entry("cta", CT),
          Map.entry("mri", MRI),
          Map.entry("ultrasound", ULTRASOUND),
          Map.entry("sonography", ULTRASOUND),
          Map.entry("biopsy", BIOPSY),
          Map.entry("sampling", BIOPSY),
          Map.entry("bronchoscopy", BIOPSY),
          Map.entry("followup", FOLLOW_UP),
          Map.entry("follow", FOLLOW_UP),
          Map.entry("repeat", FOLLOW_UP),
          Map.entry("surveillance", FOLLOW_UP),
          Map.entry("radiograph", FOLLOW_UP),
          Map.entry("radiographs", FOLLOW_UP),
          Map.entry("correlation", CLINICAL),
          Map.entry("correlate", CLINICAL));

  /** What a statement advises. */
  static Set<Recommendation> in(Statement statement) {
    Set<Recommendation> found = EnumSet.noneOf(Recommendation.class);
    for (int i = 0; i < statement.size(); i++) {
      Recommendation what = WHAT.get(statement.word(i));
      if (what != null
          && !statement.holds("no", i - NEAR, i)
          && (near(statement, i, FAR, ADVICE) || near(statement, i, NEAR, PERHAPS))) {
        found.add(what);
      }
    }
    return found;
  }

  private static boolean near(Statement statement, int at, int reach, Set<String> words) {
    int to = Math.min(statement.size(), at + reach + 1);
    for (int i = Math.max(0, at - reach); i < to; i++) {
      if (words.contains(statement.word(i))) {
        return true;
      }
    }
    return false;
  }
}
