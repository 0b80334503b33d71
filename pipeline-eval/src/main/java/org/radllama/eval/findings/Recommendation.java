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

  private static final Set<String> ADVICE =
      Set.of(
          "recommend",
          "recommends",
          "recommended",
          "recommendation",
          "advise",
          "advised",
          "advisable",
          "suggest",
          "suggested",
          "consider",
          "considered",
          "should",
          "warrants",
          "warranted",
          "needed",
          "advocated",
          "obtain",
          "obtained",
          "helpful",
          "required",
          "indicated");

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

  /** What a statement advises; nothing unless it has a word of advice. */
  static Set<Recommendation> in(Statement statement) {
    Set<Recommendation> found = EnumSet.noneOf(Recommendation.class);
    boolean advises = ADVICE.contains(statement.word(0));
    for (int i = 0; i < statement.size(); i++) {
      String word = statement.word(i);
      advises |=
          ADVICE.contains(word) || (i == 0 && (word.equals("repeat") || word.equals("follow")));
      advises |= word.equals("correlate") || word.equals("correlation");
      Recommendation what = WHAT.get(word);
      if (what != null) {
        found.add(what);
      }
      if (word.equals("no") || word.equals("not")) {
        return EnumSet.noneOf(Recommendation.class);
      }
    }
    return advises ? found : EnumSet.noneOf(Recommendation.class);
  }
}
