package org.radllama.ingest.section;

import java.util.Set;

/**
 * The 54 studies for which the official scripts name the conclusion by hand: 23 by a section's
 * name, 31 by indices. They have no row in the sectioned file.
 */
final class CustomRules {
  private static final String STUDIES =
      """
      s50913680 s59768032 s59067458 s59087630 s58157373 s56482935 s58375018 s59363654
      s53356173 s50743547 s59215320 s55157853 s59279892 s53202765 s50808053 s57936451
      s50058765 s51966317 s55124749 s54365831 s54654948 s56451190 s51491012 s50525523
      s57564132 s59982525 s53488209 s54875119 s50196495 s56579911 s52648681 s59889364
      s53514462 s59505494 s53182247 s51410602 s56412866 s54986978 s59003148 s57150433
      s56760320 s59562049 s52674888 s55258338 s59330497 s52119491 s58235663 s50798377
      s54168089 s53071062 s56724958 s54231141 s53607029 s52035334
      """;

  static final Set<String> ALL = Set.of(STUDIES.split("\\s+"));

  private CustomRules() {}

  /** Whether a study has a rule. */
  static boolean has(String study) {
    return ALL.contains(study);
  }
}
